"""任期: each election opens a term; an extension needs the superior's approval (Art. 21, 2.4)."""

import datetime

from django.db import transaction

from branch_portal.dates import add_years, today_shanghai
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.models import CommitteeTerm, PartyOrganization, User
from members.rules.organization import holds_elections, term_end, term_years


@transaction.atomic
def register_term(
    *,
    by: User | None,
    organization: PartyOrganization,
    elected_on: datetime.date,
    origin: str = CommitteeTerm.Origin.ELECTED,
    approval_reference: str = "",
) -> CommitteeTerm:
    """Open a term from its election on; the one before it ends with the same day."""
    locked = PartyOrganization.objects.select_for_update().get(pk=organization.pk)
    if locked.kind == PartyOrganization.Kind.CELL:
        raise ActionRefused("党小组没有任期，请在党支部或党委登记。")
    if not holds_elections(locked.formation):
        raise ActionRefused(
            "临时党支部、功能型党支部不进行换届，书记、副书记、委员由上级指定（《中国共产党支部工作条例（试行）》第七条）。"
        )
    if elected_on > today_shanghai():
        raise ActionRefused("选举或批准日期不能晚于今天。")
    if elected_on < locked.founded_on:
        raise ActionRefused(f"选举或批准日期不能早于成立日期 {locked.founded_on:%Y-%m-%d}。")
    latest = CommitteeTerm.objects.filter(organization=locked).order_by("-elected_on").first()
    if latest is not None and elected_on <= latest.elected_on:
        raise ActionRefused(f"选举或批准日期应晚于上一届的 {latest.elected_on:%Y-%m-%d}。")
    if latest is not None and latest.ended_on is None:
        latest.ended_on = elected_on
        latest.save(update_fields=["ended_on"])
    return CommitteeTerm.objects.create(
        organization=locked,
        origin=origin,
        elected_on=elected_on,
        years=term_years(locked.kind, locked.unit_category),
        ends_on=term_end(elected_on, locked.kind, locked.unit_category),
        approval_reference=approval_reference,
    )


@transaction.atomic
def extend_term(
    *, by: User | None, term: CommitteeTerm, until: datetime.date, reference: str, reason: str = ""
) -> CommitteeTerm:
    """Extend an open term by the superior's approval; more than the usual year asks for a reason."""
    locked = CommitteeTerm.objects.select_for_update().get(pk=term.pk)
    if locked.ended_on is not None:
        raise ActionRefused("本届任期已经结束，不能延期。")
    if not reference.strip():
        raise ActionRefused("延期须经上级党组织批准，请填写批准文号。")
    if until <= locked.last_day:
        raise ActionRefused(f"延期日期应晚于届满日期 {locked.last_day:%Y-%m-%d}。")
    if until > add_years(locked.ends_on, 1) and len(reason.strip()) < 4:
        raise ActionRefused("延长任期一般不超过 1 年，确需更长的请在理由中写明，至少 4 个字。")
    if reason.strip():
        note_reason(f"延期理由：{reason.strip()}")
    locked.extended_until, locked.extension_reference = until, reference.strip()
    locked.save(update_fields=["extended_until", "extension_reference"])
    return locked


@transaction.atomic
def end_term(*, by: User | None, term: CommitteeTerm, on: datetime.date) -> CommitteeTerm:
    """End a term without a next one, when the organisation is abolished or reorganised."""
    locked = CommitteeTerm.objects.select_for_update().get(pk=term.pk)
    if locked.ended_on is not None:
        raise ActionRefused(f"本届任期已于 {locked.ended_on:%Y-%m-%d} 结束。")
    if on < locked.elected_on or on > today_shanghai():
        raise ActionRefused(f"结束日期应在 {locked.elected_on:%Y-%m-%d} 至今天之间。")
    locked.ended_on = on
    locked.save(update_fields=["ended_on"])
    return locked
