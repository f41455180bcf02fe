from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员与组织"

    def ready(self):
        from members import card_tabs, due_corrections, due_flows, due_milestones, due_terms, panels  # noqa: F401  register themselves
        from members.actions import exports, imports  # noqa: F401  register the jobs of long rosters
