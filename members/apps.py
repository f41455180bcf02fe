from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员与组织"

    def ready(self):
        from members import panels  # noqa: F401  registers what the workbench shows of organisations
        from members.actions import imports  # noqa: F401  registers the job that imports a roster
