from django.apps import AppConfig


class BranchPortalConfig(AppConfig):
    name = "branch_portal"
    verbose_name = "平台"

    def ready(self):
        from branch_portal import checks  # noqa: F401  registers the system checks
