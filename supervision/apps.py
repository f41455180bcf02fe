from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        # Registered by importing: the workbench panel and lines, the pages of the back office.
        from supervision import due, panels, tools  # noqa: F401
