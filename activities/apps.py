from importlib import import_module

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = "组织生活"

    def ready(self) -> None:
        # Importing registers what the workbench, the member's card and the reminders ask for.
        import_module("activities.data_classes")
        import_module("activities.own_data")
        import_module("activities.due")
        import_module("activities.due_resolutions")
        import_module("activities.panels")
        import_module("activities.panels_record")
        import_module("activities.panels_votes")
        import_module("activities.calendar_source")
        import_module("activities.study_source")
        import_module("activities.due_talks")
        import_module("activities.panels_appraisal")
        import_module("activities.panels_signup")
        import_module("activities.due_roll")
        import_module("activities.panels_roll")
        import_module("activities.panels_paper")
        import_module("activities.panels_lessons")
        import_module("activities.actions.binders")
        import_module("activities.actions.retention")
        import_module("activities.followers")
        import_module("activities.queries.last_attendance")
