from django.apps import AppConfig
from django.apps import apps as current_apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models.signals import post_migrate


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "通知"

    def ready(self):
        from notices import (  # noqa: F401  they register themselves
            data_classes,
            due_notices,
            panels,
            reminder_table,
        )
        from notices.actions import (
            messages,  # noqa: F401  carries what lower apps have to say
            retention,  # noqa: F401  how long it is kept
        )
        from notices.queries import (
            health,  # noqa: F401  how the outbox is doing
            reminded,  # noqa: F401  says on the workbench when one was reminded
        )

        post_migrate.connect(fill_missing_rules, sender=self)


def fill_missing_rules(*, using, apps=current_apps, **kwargs) -> None:
    """After a migration: a row for every registered kind that has none yet. Rows that are there stay as they are."""
    from notices.registry import reminder_kinds

    try:
        model = apps.get_model("notices", "ReminderRule")
        model._meta.get_field("changed_at")
    except (
        LookupError,
        FieldDoesNotExist,
    ):  # migrated back to a time before the table, or before its present columns
        return
    rows = model.objects.using(using)
    known = set(rows.values_list("key", flat=True))
    rows.bulk_create(
        [
            model(
                key=kind.key,
                name=kind.name or kind.key,
                clause=kind.clause,
                offsets_minutes=list(kind.offsets.minutes),
                offsets_months=list(kind.offsets.months),
                urgent=kind.urgent,
            )
            for kind in reminder_kinds()
            if kind.key not in known
        ],
        ignore_conflicts=True,
    )
