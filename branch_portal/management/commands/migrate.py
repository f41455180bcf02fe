from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from branch_portal.database import grant_web_role
from branch_portal.key_check import register
from branch_portal.keys import KeysRefused, keyring
from branch_portal.sealed_columns import opens_something


class Command(migrate.Command):
    help = "以属主角色迁移数据库结构，然后为网页角色授权"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options):
        super().handle(*args, **options)
        if options.get("plan") or options.get("check_unapplied") or options["database"] != "owner":
            return
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
