from importlib import import_module

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        # Registered by importing: due items, panels of the portal's pages, the pages of the back office, jobs.
        for name in (
            "data_classes",
            "due_findings",
            "due_reminders",
            "due_requests",
            "due_statistics",
            "panels",
            "panels_audit",
            "panels_record",
            "tools",
            "actions.form_runs",
            "actions.likeness",
            "actions.retention",
            "actions.statistics",
            "queries.fill",
        ):
            import_module(f"supervision.{name}")
