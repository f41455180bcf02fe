"""What a rule says for one organisation: its own times, or those of the nearest committee above that set others."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from members.models import PartyOrganization
from notices.models import ReminderRule, ReminderRuleOverride
from notices.rules.offsets import Offsets


@dataclass(frozen=True, slots=True)
class Timing:
    """The times that hold for an organisation, since when, and whose they are (None: the portal's own)."""

    offsets: Offsets
    on: bool = True
    changed_at: datetime.datetime | None = None
    override: ReminderRuleOverride | None = None


def offsets_of(row: ReminderRule | ReminderRuleOverride) -> Offsets:
    return Offsets.of(row.offsets_minutes, row.offsets_months)


class RuleBook:
    """The rules and what committees set of their own; each read once, at most three queries in all."""

    def __init__(self, rules: Iterable[ReminderRule] | None = None):
        found = ReminderRule.objects.all() if rules is None else rules
        self.rules = {rule.key: rule for rule in found}

    @cached_property
    def _overrides(self) -> dict[int, list[ReminderRuleOverride]]:
        """Rule → what is set, the nearest to the ground first."""
        rows = ReminderRuleOverride.objects.filter(rule__in=[rule.pk for rule in self.rules.values()])
        found = defaultdict(list)
        for row in rows.select_related("organization").order_by("-organization__path"):
            found[row.rule_id].append(row)
        return found

    @cached_property
    def _paths(self) -> dict[int, str]:
        tree = PartyOrganization.objects.unscoped("where rules of committees reach")
        return dict(tree.values_list("pk", "path"))

    def timing(self, rule: ReminderRule, organization_id: int, path: str | None = None) -> Timing:
        """What holds for the organisation; its path is looked up where nobody has it at hand."""
        timing = Timing(offsets_of(rule), changed_at=rule.changed_at)
        rows = self._overrides.get(rule.pk)
        if not rows:
            return timing
        path = self._paths[organization_id] if path is None else path
        above = [row for row in rows if path.startswith(row.organization.path)]
        changes = [row.changed_at for row in above] + [rule.changed_at]
        since = max((moment for moment in changes if moment is not None), default=None)
        nearest = next((row for row in above if not row.inherits), None)
        if nearest is None:
            return Timing(timing.offsets, changed_at=since)
        return Timing(offsets_of(nearest), nearest.enabled, since, nearest)
