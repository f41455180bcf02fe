from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from branch_portal import migrating
from branch_portal.database import grant_web_role
from branch_portal.key_check import register
from branch_portal.keys import KeysRefused, keyring
from branch_portal.sealed_columns import opens_something


class Command(migrate.Command):
    help = "以属主角色迁移数据库结构，然后为网页角色授权；一次只有一个迁移，等不到锁时让路并重试"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
        parser.add_argument(
            "--patience", type=float, default=600.0, help="等待其他迁移或锁的秒数，超过后放弃（默认 600）"
        )

    def handle(self, *args, patience: float = 600.0, **options):
        if options.get("plan") or options.get("check_unapplied"):
            super().handle(*args, **options)
            return
        self.database = options["database"]
        connection = connections[self.database]
        if newer := migrating.database_is_newer(connection):
            raise CommandError(migrating.refusal(newer))
        if not migrating.take_turn(connection, self._tell, patience=patience):
            raise CommandError(f"另一个迁移进行了 {patience:.0f} 秒还没有结束，请稍后再试")
        try:
            ordinary = super().handle

            def work() -> None:
                migrating.drop_broken_indexes(connection, self._tell)
                ordinary(*args, **options)

            migrating.with_retries(work, connection, self._tell, patience=patience)
            if options["database"] == "owner":
                self._grant()
        finally:
            if connection.connection is not None and not connection.connection.closed:
                migrating.end_turn(connection)

    def migration_progress_callback(self, action, migration=None, fake=False):
        """Migrations that are not atomic build indexes concurrently, and nothing else (tests/test_migrations_are_safe.py)."""
        if action == "apply_start" and migration and not migration.atomic and not fake:
            self._tell(f"正在为 {migration.app_label} 建立索引，会等待此前开始的事务结束，期间网站照常使用……")
            migrating.patient_waits(connections[self.database])
        elif action == "apply_success" and migration and not migration.atomic:
            migrating.short_waits(connections[self.database])
        super().migration_progress_callback(action, migration, fake)

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _grant(self) -> None:
        web = settings.DATABASES["default"].get("USER", "")
        owner = connections["owner"]
        if web and web != settings.DATABASES["owner"].get("USER"):
            grant_web_role(owner, web, event_tables(owner))
        self._register_keys(owner)

    def _register_keys(self, owner) -> None:
        """Remember which keys belong to this database; a database with content must open with them first."""
        if "branch_portal_sealingkey" not in owner.introspection.table_names():
            return
        try:
            ring = keyring()
            opens_something(using=owner.alias)
            register(ring, using=owner.alias)
        except KeysRefused as refused:
            raise CommandError(str(refused)) from refused


#: Records that the web role adds to and never changes, beside the audit's own tables.
_APPEND_ONLY = (
    "members_personaldataaccess",
    "members_securityevent",
    "members_personaldataerasure",
    "branch_portal_sealingkey",
    "branch_portal_keyevent",
    "branch_portal_auditanchor",
)


def event_tables(connection) -> list[str]:
    """What the site only adds to: tables of every model that pghistory made, of reveals and exports, of the doors, and anchors."""
    from django.apps import apps
    from pghistory.models import Event

    present = set(connection.introspection.table_names())
    tables = [
        m._meta.db_table
        for m in apps.get_models()
        if issubclass(m, Event) and not m._meta.proxy and m._meta.managed
    ]
    return sorted({*tables, *_APPEND_ONLY} & present)
