from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "通知"

    def ready(self):
        from notices import due_notices, panels  # noqa: F401  register what is owed and the workbench's panels
        from notices.actions import messages  # noqa: F401  carries what lower apps have to say
