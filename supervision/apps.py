from importlib import import_module

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "组织生活监督"

    def ready(self):
        # Registered by importing: due items, panels of the portal's pages, the pages of the back office.
        import_module("supervision.panels")
        import_module("supervision.panels_audit")
        import_module("supervision.tools")
        import_module("supervision.due_requests")
        import_module("supervision.due_statistics")
        import_module("supervision.actions.statistics")
        import_module("supervision.due")
