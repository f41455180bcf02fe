"""转正: from probationary to full member, or the one extension of probation (domain 7.2)."""

import datetime

from django.db import transaction

from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.models import Member, User
from members.rules.roster import extension_bounds, probation_end


@transaction.atomic
def confirm_member(
    *, by: User | None, member: Member, on: datetime.date, meeting_on: datetime.date, reason: str
) -> Member:
    """Full member from `on`, the day on which probation ends, even when the meeting came later."""
    member = _probationary(member)
    end = probation_end(member.admitted_on, member.extension_until)
    if on < end:
        raise ActionRefused(f"预备期到 {end:%Y-%m-%d} 届满，转正日期不能早于这一天。")
    member.category, member.confirmed_on = Member.Category.FULL, on
    return _save(member, f"支部大会 {meeting_on:%Y-%m-%d} 讨论同意转正：{reason}")


@transaction.atomic
def extend_probation(
    *, by: User | None, member: Member, until: datetime.date, meeting_on: datetime.date, reason: str
) -> Member:
    """Extend once, by half a year at least and a year at most."""
    member = _probationary(member)
    if member.extension_until is not None:
        raise ActionRefused("预备期已经延长过一次，不能再次延长。")
    first, last = extension_bounds(member.admitted_on)
    if not first <= until <= last:
        raise ActionRefused(f"延长预备期应至 {first:%Y-%m-%d} 至 {last:%Y-%m-%d} 之间。")
    member.extension_until = until
    return _save(member, f"支部大会 {meeting_on:%Y-%m-%d} 讨论延长预备期：{reason}")


def _probationary(member: Member) -> Member:
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.is_full or member.branch_id is None:
        raise ActionRefused("只有在册的预备党员可以办理。")
    return member


def _save(member: Member, reason: str) -> Member:
    note_reason(reason)
    member.version += 1
    member.save(update_fields=["category", "confirmed_on", "extension_until", "version"])
    return member
