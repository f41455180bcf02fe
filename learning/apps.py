from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "学习"

    def ready(self):
        from learning import (  # noqa: F401  they register themselves
            calendar_source,
            data_classes,
            due,
            due_questions,
            due_submissions,
            followers,
            own_data,
            panels,
            panels_plan,
            study_source,
        )
        from learning.actions import retention  # noqa: F401  how long uploads are kept
