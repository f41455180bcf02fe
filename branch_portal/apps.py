from django.apps import AppConfig


class BranchPortalConfig(AppConfig):
    name = "branch_portal"
    verbose_name = "平台"

    def ready(self):
        # Registers the job that writes lists, the system checks, the operator's alarm and what raises it.
        from branch_portal import (  # noqa: F401
            actions_list_export,
            checks,
            disk,
            own_classes,
            panels_operations,
            queries_audit_chain,
            queries_backups,
            queries_health,
            queries_replica,
            queries_retention,
            retention_rules,
            security_log,
            tools_retention,
        )
