from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "学习"

    def ready(self):
        from learning import calendar_source, followers, panels  # noqa: F401  they register themselves
