from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        # Registered by importing: due items, the workbench panel, the pages of the back office.
        from supervision import due_requests, panels, tools  # noqa: F401
