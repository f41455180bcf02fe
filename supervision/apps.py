from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        # Registered by importing: the workbench panel, the pages of the back office, what forms may ask for, a job.
        from supervision import panels, tools  # noqa: F401
        from supervision.actions import form_runs  # noqa: F401
        from supervision.queries import fill  # noqa: F401
