from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员与组织"

    def ready(self):
        from members import due_corrections  # noqa: F401  says which answers are due
        from members.actions import imports  # noqa: F401  registers the job that imports a roster
