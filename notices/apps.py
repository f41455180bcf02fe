from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "通知"

    def ready(self):
        from notices import panels  # noqa: F401  registers the workbench panel
        from notices.actions import messages  # noqa: F401  carries what lower apps have to say
        from notices.queries import health  # noqa: F401  how the outbox is doing
