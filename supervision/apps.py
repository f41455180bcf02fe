from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        from supervision import panels  # noqa: F401  registers the workbench panel
