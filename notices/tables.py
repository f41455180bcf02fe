"""Lists of reminders, declared once."""

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column, Table
from members.models import PartyOrganization
from notices.models import ReminderRule
from notices.queries.rules import RuleBook, Timing
from notices.registry import reminder_kind, reminder_kinds
from notices.rules.offsets import say_offsets


def rules_table(book: RuleBook, organization: PartyOrganization | None) -> Table:
    """Every reminder with the times that hold for the whole portal, or below one committee; in the table's order."""
    place = {kind.key: number for number, kind in enumerate(reminder_kinds())}
    rules = sorted(book.rules.values(), key=lambda rule: (place.get(rule.key, len(place)), rule.key))

    def timing(rule: ReminderRule) -> Timing:
        if organization is None:
            return book.timing(rule, 0, "")
        return book.timing(rule, organization.pk, organization.path)

    def url(rule: ReminderRule) -> str:
        if organization is None:
            return reverse("notices:rule", args=[rule.key])
        return reverse("notices:rule-override", args=[rule.key, organization.uid])

    return Table(
        [
            Column("提醒", lambda rule: rule.name),
            Column("从哪一天算起", lambda rule: reminder_kind(rule.key).anchor),
            Column("时间", lambda rule: times_of(rule, timing(rule))),
            Column("对象", lambda rule: reminder_kind(rule.key).audience),
            Column("状态", lambda rule: _state(rule, timing(rule))),
            Column(
                "操作",
                lambda rule: "",
                lambda rule: format_html(
                    '<a href="{}">修改<span class="visually-hidden">{}</span></a>', url(rule), rule.name
                ),
                export=False,
            ),
        ],
        rules,
        caption="各种提醒的时间和状态",
    )


def times_of(rule: ReminderRule, timing: Timing) -> str:
    return "马上" if reminder_kind(rule.key).at_once else say_offsets(timing.offsets)


def _state(rule: ReminderRule, timing: Timing) -> str:
    word = "启用" if rule.enabled and timing.on else "停用"
    if not rule.enabled:
        return f"{word}（全系统）" if timing.override else word
    return f"{word}（{timing.override.organization}设置）" if timing.override else word
