"""外出流动、失去联系、停止党籍: begun, ended and corrected by people only. Only here and in the actions on affiliations are
the mirrors on `Member` written; they always say what the rows that are open today say (domain 9.2, 9.3)."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.transfer_states import not_in_future
from members.models import Affiliation, ContactLog, Member, MemberStatus, User
from members.queries.dictionaries import choices_of
from members.queries.statuses import REASON_TABLES

_Kind = MemberStatus.Kind
#: Ends of an affiliation after which the member is in another branch of the portal.
_STAYED = (Affiliation.Loss.MOVED, Affiliation.Loss.WHOLE_UNIT)
_MIRRORS = ("standing", "lost_contact_on", "floating_since", "floating_destination")


@transaction.atomic
def go_away(
    *,
    by: User | None,
    member: Member,
    since: datetime.date,
    reason: str,
    place: str = "",
    abroad: bool = False,
) -> MemberStatus:
    """外出: whether it makes a floating member is a matter of six months, which the dates say."""
    return _begin(member, _Kind.FLOATING, since, reason, place=place.strip(), abroad=abroad)


@transaction.atomic
def lose_contact(*, by: User | None, member: Member, since: datetime.date, reason: str) -> MemberStatus:
    """失去联系, from the last activity, dues payment or contact on."""
    return _begin(member, _Kind.OUT_OF_CONTACT, since, reason)


@transaction.atomic
def suspend(
    *, by: User | None, member: Member, since: datetime.date, reason: str, reference: str
) -> MemberStatus:
    """停止党籍, as decided by the organisation whose document is named."""
    if not reference.strip():
        raise ActionRefused("请填写批准停止党籍的文号。")
    return _begin(member, _Kind.SUSPENDED, since, reason, reference=reference.strip())


@transaction.atomic
def end_status(*, by: User | None, member: Member, kind: str, on: datetime.date) -> MemberStatus:
    """返回、恢复联系、恢复党籍: `on` is the first day on which it is over."""
    label = _Kind(kind).label
    member = _locked(member)
    not_in_future(on, "结束日期")
    status = member.statuses.open().filter(kind=kind).first()
    if status is None:
        raise ActionRefused(f"该党员没有正在生效的“{label}”登记。")
    if on <= status.period.lower:
        raise ActionRefused(
            f"结束日期应晚于开始日期 {status.period.lower:%Y-%m-%d}；登记有误的请更正起止日期。"
        )
    status.period = DateRange(status.period.lower, on)
    status.save(update_fields=["period"])
    mirror_statuses(member)
    return status


@transaction.atomic
def correct_status(
    *,
    by: User | None,
    status: MemberStatus,
    since: datetime.date,
    until: datetime.date | None,
    note: str,
) -> MemberStatus:
    """Put right days that were entered wrongly; why is kept with the change."""
    member = _locked(status.member)
    status = MemberStatus.objects.select_for_update().get(pk=status.pk)
    not_in_future(since, "开始日期")
    if until is not None:
        not_in_future(until, "结束日期")
        if until <= since:
            raise ActionRefused("结束日期应晚于开始日期。")
    elif member.branch_id is None:
        raise ActionRefused("该党员已经减少，请填写结束日期。")
    _check_days(member, since, until)
    _check_free(member, status.kind, since, until, besides=status)
    note_reason(f"更正起止日期：{note}")
    status.period = DateRange(since, until)
    status.save(update_fields=["period"])
    mirror_statuses(member)
    return status


@transaction.atomic
def log_contact(
    *, by: User | None, member: Member, on_date: datetime.date, method: str, reached: bool
) -> ContactLog:
    """Note one contact. It changes no status: that a lost member is found again is recorded by a person."""
    member = _locked(member)
    not_in_future(on_date, "联系日期")
    if member.contacts.filter(on_date=on_date, method=method, reached=reached).exists():
        raise ActionRefused("这一天同样的联系已经登记。")
    return ContactLog.objects.create(
        member=member, on_date=on_date, method=method, reached=reached, by_user=by
    )


def mirror_statuses(member: Member) -> None:
    """Write the open rows into the columns that lists read; a member who has left keeps the standing of the exit."""
    running = {status.kind: status for status in member.statuses.open()}
    away, lost = running.get(_Kind.FLOATING), running.get(_Kind.OUT_OF_CONTACT)
    if member.branch_id is not None:
        suspended = _Kind.SUSPENDED in running
        member.standing = Member.Standing.SUSPENDED if suspended else Member.Standing.NORMAL
    member.lost_contact_on = lost.period.lower if lost else None
    member.floating_since = away.period.lower if away else None
    member.floating_destination = away.place if away else ""
    member.save(update_fields=_MIRRORS)


def _begin(member: Member, kind: str, since: datetime.date, reason: str, **fields) -> MemberStatus:
    member = _locked(member)
    if member.branch_id is None:
        raise ActionRefused("该党员没有正在生效的组织关系，不能登记。")
    not_in_future(since, "开始日期")
    _check_days(member, since, None)
    if reason not in dict(choices_of(REASON_TABLES[kind])):
        raise ActionRefused("请选择原因。")
    _check_free(member, kind, since, None)
    status = MemberStatus.objects.create(
        member=member, kind=kind, period=DateRange(since, None), reason=reason, **fields
    )
    mirror_statuses(member)
    return status


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update(of=("self",)).get(pk=member.pk)


def _check_days(member: Member, since: datetime.date, until: datetime.date | None) -> None:
    """A status lies within a member's time in the branches: not before admission, and not across a departure."""
    if since < member.admitted_on:
        raise ActionRefused(f"开始日期不能早于入党日期 {member.admitted_on:%Y-%m-%d}。")
    ended = member.affiliations.filter(period__upper_inf=False).exclude(loss__in=_STAYED)
    for period in ended.values_list("period", flat=True):
        if since < period.upper and (until is None or period.upper < until):
            raise ActionRefused(
                f"该党员已于 {period.upper:%Y-%m-%d} 登记减少，起止日期应全部在这一天之前或之后。"
            )


def _check_free(member: Member, kind: str, since, until, *, besides: MemberStatus | None = None) -> None:
    others = member.statuses.filter(kind=kind, period__overlap=(since, until))
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    other = others.order_by("period").first()
    if other is not None:
        end = f"至 {other.period.upper:%Y-%m-%d}" if other.period.upper else "起至今"
        raise ActionRefused(
            f"与已登记的“{other.get_kind_display()}”（{other.period.lower:%Y-%m-%d} {end}）重叠。"
        )
