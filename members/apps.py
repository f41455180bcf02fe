from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员与组织"

    def ready(self):
        from members import (  # noqa: F401  register themselves
            card_tabs,
            data_classes,
            due_corrections,
            due_erasure,
            due_flows,
            due_milestones,
            due_terms,
            panels,
        )
        from members.actions import (  # noqa: F401  register the jobs of long rosters, and what is kept how long
            exports,
            imports,
            retention,
        )
