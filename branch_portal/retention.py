"""How long what is kept, as data: each app registers its rules, a nightly run applies them (reliability 5.4).

A rule says what is due by then and how it goes: deleted, emptied, shredded. Every batch is a transaction of its own, acts as
the system and says in the audit which rule it was. A run that was cut off is simply run again. What a run removed stands in
`RetentionRun`, on 保存期限 and in 运行状态.

What is kept for a day or less would lie there for two if only the night came for it, so its rules are applied every hour too.

A deployment sets its own periods in `PORTAL_RETENTION_DAYS`; a period below a rule's `minimum` counts as the minimum.
"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from branch_portal.database import set_context
from branch_portal.models import RetentionRun
from branch_portal.scoping import Scope

BATCH = 500
_MOST_BATCHES = 2000
_LOCK = 0x5243_4C4E  # one run at a time
logger = logging.getLogger(__name__)

Due = Callable[[datetime.datetime], models.QuerySet[Any]]
Remove = Callable[[models.QuerySet[Any]], int]


def delete(rows: models.QuerySet[Any]) -> int:
    """Rows that mean nothing any more. Counts the rows themselves, not what hung on them."""
    count = rows.count()
    rows.delete()
    return count


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """`due(cutoff)`: the rows that have been there since before the cutoff and must go; `remove(rows)` makes them go.

    What `remove` has treated is not due any more: that is how a run ends and why a second one finds nothing.
    """

    key: str
    data: str
    kept: str
    then: str
    days: int
    minimum: int
    due: Due
    remove: Remove = delete
    order: int = 100

    @property
    def days_kept(self) -> int:
        return max(int(settings.PORTAL_RETENTION_DAYS.get(self.key, self.days)), self.minimum)

    @property
    def short(self) -> bool:
        return self.days <= 1


_rules: dict[str, RetentionRule] = {}


def retention_rule(*rules: RetentionRule) -> None:
    for rule in rules:
        _rules[rule.key] = rule


def retention_rules() -> list[RetentionRule]:
    return sorted(_rules.values(), key=lambda rule: (rule.order, rule.key))


def hours_kept(key: str) -> int:
    """For the words beside a file that goes by itself."""
    return 24 * _rules[key].days_kept


def due_rows(*, now: datetime.datetime | None = None) -> dict[str, int]:
    """What the next run would remove, without removing it."""
    now = now or timezone.now()
    found = {}
    for rule in retention_rules():
        with transaction.atomic():
            _as_system(rule)
            found[rule.key] = rule.due(_cutoff(rule, now)).count()
    return found


def run_retention(*, now: datetime.datetime | None = None) -> RetentionRun | None:
    """Apply every rule; what fails is written down and holds up no other. None while another run is at work."""
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
    try:
        run = RetentionRun.objects.create(started_at=now)
        for rule in retention_rules():
            _apply_and_tell(rule, now, run.removed, run.failed)
            run.save(update_fields=["removed", "failed"])
        run.ended_at = timezone.now()
        run.save(update_fields=["ended_at"])
        return run
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def apply_short_rules(*, now: datetime.datetime | None = None) -> dict[str, int]:
    """The hourly round over what is kept for a day or less; what each rule removed. The night finds what this one misses."""
    removed: dict[str, int] = {}
    for rule in retention_rules():
        if rule.short:
            _apply_and_tell(rule, now or timezone.now(), removed, {})
    return removed


def _apply_and_tell(
    rule: RetentionRule, now: datetime.datetime, removed: dict[str, int], failed: dict[str, str]
) -> None:
    try:
        removed[rule.key] = _apply(rule, now)
    except (DatabaseError, OSError, RuntimeError) as error:
        logger.exception("retention rule %s failed", rule.key)
        failed[rule.key] = type(error).__name__


def _apply(rule: RetentionRule, now: datetime.datetime) -> int:
    removed, before = 0, None
    for _ in range(_MOST_BATCHES):
        with transaction.atomic():
            _as_system(rule)
            due = rule.due(_cutoff(rule, now))
            keys = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
            if not keys:
                return removed
            if keys == before:
                raise RuntimeError(f"{rule.key}: what was removed is still due")
            before = keys
            removed += rule.remove(due.model._base_manager.filter(pk__in=keys))
    return removed


def _cutoff(rule: RetentionRule, now: datetime.datetime) -> datetime.datetime:
    return now - datetime.timedelta(days=rule.days_kept)


def _as_system(rule: RetentionRule) -> None:
    set_context(user=None, scope=Scope(everything=True), reason=f"保存期限：{rule.data}")


def too_short() -> list[str]:
    """Settings that say less than a rule's minimum, or name no rule; for the system check."""
    known = {rule.key: rule for rule in retention_rules()}
    found = []
    for key, days in settings.PORTAL_RETENTION_DAYS.items():
        if key not in known:
            found.append(f"{key}：没有这项规则")
        elif not str(days).isdigit() or int(days) < known[key].minimum:
            found.append(f"{key}：至少 {known[key].minimum} 天")
    return found
