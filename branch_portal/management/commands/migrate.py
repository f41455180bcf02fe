from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections

from branch_portal.database import grant_web_role


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
    others = {"members_personaldataaccess", "members_securityevent", "branch_portal_auditanchor"}
    return sorted({*tables, *others} & present)
