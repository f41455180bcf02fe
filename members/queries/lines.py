"""One line of a roster, the same for today and for a day before; what screen, paper and .xlsx show comes from here."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from members.models import Affiliation, Member, MemberStatus, PartyOrganization
from members.queries.history import organizations_on
from members.queries.roster import tenures_on
from members.queries.statuses import statuses_on
from members.rules.roster import is_floating


@dataclass(slots=True)
class RosterLine:
    """A person as of a day. `open` is whether the asker may open the card: only then are values of today shown."""

    member: Member
    branch: str
    cell: str
    posts: str
    category: str
    suspended: bool
    floating: bool
    lost: bool
    confirmed_on: datetime.date | None
    open: bool = True

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def category_text(self) -> str:
        label = str(Member.Category(self.category).label)
        return f"{label}（{Member.Standing.SUSPENDED.label}）" if self.suspended else label

    @property
    def situation(self) -> str:
        words = (("停止党籍", self.suspended), ("流动", self.floating), ("失联", self.lost))
        return "、".join(word for word, holds in words if holds)


def _posts_text(tenures, names: dict[int, str]) -> str:
    """组织委员、党小组组长（第一党小组）."""
    return "、".join(
        f"{tenure.get_post_display()}（{names.get(tenure.organization_id) or tenure.organization}）"
        if tenure.post == tenure.Post.CELL_LEADER
        else tenure.get_post_display()
        for tenure in tenures
    )


def lines_of_today(members: Iterable[Member], *, day: datetime.date) -> list[RosterLine]:
    """From rows of `roster_of`; no further query."""
    return [
        RosterLine(
            member=member,
            branch=str(member.branch),
            cell=str(member.cell) if member.cell else "",
            posts=_posts_text(member.current_tenures, {}),  # type: ignore[attr-defined]  # prefetched by roster_of
            category=member.category,
            suspended=member.standing == Member.Standing.SUSPENDED,
            floating=is_floating(member.floating_since, day),
            lost=member.lost_contact_on is not None,
            confirmed_on=member.confirmed_on,
        )
        for member in members
    ]


def lines_on(affiliations: Sequence[Affiliation], *, user, day: datetime.date) -> list[RosterLine]:
    """From rows of `roster_on`; five queries, however many rows."""
    ids = [row.member_id for row in affiliations]
    tenures: dict[int, list] = defaultdict(list)
    for tenure in tenures_on(day).filter(member_id__in=ids):
        tenures[tenure.member_id].append(tenure)
    statuses = statuses_on(ids, day)
    visible = set(Member.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    places = {row.branch_id for row in affiliations} | {row.cell_id for row in affiliations if row.cell_id}
    places |= {tenure.organization_id for held in tenures.values() for tenure in held}
    names = {pk: str(then) for pk, then in organizations_on(day, places).items()}
    # A place that was entered later than people in it still has a name.
    if unknown := places - names.keys():
        names |= {each.pk: str(each) for each in PartyOrganization.objects.filter(pk__in=unknown)}
    return [
        _line_on(row, tenures[row.member_id], statuses.get(row.member_id, {}), names, day, visible)
        for row in affiliations
    ]


def _line_on(row: Affiliation, tenures, statuses, names, day: datetime.date, visible: set[int]) -> RosterLine:
    member, kinds = row.member, MemberStatus.Kind
    full = member.confirmed_on is not None and member.confirmed_on <= day
    away = statuses.get(kinds.FLOATING)
    return RosterLine(
        member=member,
        branch=names[row.branch_id],
        cell=names[row.cell_id] if row.cell_id else "",
        posts=_posts_text(tenures, names),
        category=Member.Category.FULL if full else Member.Category.PROBATIONARY,
        suspended=kinds.SUSPENDED in statuses,
        floating=away is not None and is_floating(away.period.lower, day),
        lost=kinds.OUT_OF_CONTACT in statuses,
        confirmed_on=member.confirmed_on if full else None,
        open=member.pk in visible,
    )
