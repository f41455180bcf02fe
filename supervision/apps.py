from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        # Registered by importing: the workbench panel, the pages of the back office.
        from supervision import due, panels, panels_record, tools  # noqa: F401
        from supervision.actions import likeness  # noqa: F401
