"""What dates the people and branches of the township: terms, absences, contacts, honours, a transfer on its way, a name before."""

import datetime
from random import Random

from branch_portal.dates import add_months
from members.actions.affiliations import exit_member
from members.actions.organizations import rename_organization
from members.models import (
    AffiliationTransfer,
    Commendation,
    CommitteeTerm,
    ContactLog,
    CorrectionRequest,
    Member,
    MemberStatus,
    OrganizationChange,
    PartyOrganization,
)
from members.rules.organization import term_end, term_years
from supervision.demo.structure import ELSEWHERE, HOME, Township

#: Months until the term ends: one is close, one is over; the others have time.
_MONTHS_LEFT = {HOME: 4, "machines": -1, "school": 2}
_HONOURS = (("优秀共产党员", "5", "中共清源镇委员会"), ("优秀党务工作者", "4", "中共县委组织部"))


def build_histories(
    township: Township, people: dict[str, list[Member]], users: dict, *, today: datetime.date, random: Random
) -> None:
    """Everything that the roster's own pages need beside people; after their two years of life were written."""
    _terms(township, today, random)
    _absences(people, users, today, random)
    _honours(people, today, random)
    _on_their_way(township, people, users, today)
    _changes(township, people, today)


def _terms(township: Township, today: datetime.date, random: Random) -> None:
    terms = []
    for key, branch in [("committee", township.committee), *township.branches.items()]:
        years = term_years(branch.kind, branch.unit_category)
        left = _MONTHS_LEFT.get(key, random.randint(8, 12 * years - 6))
        elected = add_months(today, left - 12 * years)
        ends = term_end(elected, branch.kind, branch.unit_category)
        terms.append(CommitteeTerm(organization=branch, elected_on=elected, years=years, ends_on=ends))
    CommitteeTerm.objects.bulk_create(terms)


def _absences(people: dict[str, list[Member]], users: dict, today: datetime.date, random: Random) -> None:
    """Who is away gets a reason, and most of them a recent contact."""
    contacts = []
    secretary = {member.branch_id: users[group[0].pk] for group in people.values() for member in group}
    for number, status in enumerate(MemberStatus.objects.select_related("member").order_by("pk")):
        status.reason = "1" if status.kind == MemberStatus.Kind.FLOATING else "7"
        status.save(update_fields=["reason"])
        days_ago = 150 if number % 4 == 3 else random.randint(5, 70)
        if status.kind == MemberStatus.Kind.FLOATING:
            contacts.append(
                ContactLog(
                    member=status.member,
                    on_date=today - datetime.timedelta(days=days_ago),
                    method=random.choice(ContactLog.Method.values[:3]),
                    by_user=secretary[status.member.branch_id],
                )
            )
    ContactLog.objects.bulk_create(contacts)


def _honours(people: dict[str, list[Member]], today: datetime.date, random: Random) -> None:
    day = datetime.date(today.year if today.month >= 7 else today.year - 1, 7, 1)
    Commendation.objects.bulk_create(
        Commendation(member=group[index], awarded_on=day, title=title, level=level, awarded_by=giver)
        for group in people.values()
        for index, (title, level, giver) in zip((0, 3), _HONOURS, strict=True)
        if len(group) > 3 and random.random() < 0.8
    )


def _on_their_way(
    township: Township, people: dict[str, list[Member]], users: dict, today: datetime.date
) -> None:
    home, elsewhere = township.branches[HOME], township.branches[ELSEWHERE]
    secretary = users[people[HOME][0].pk]
    AffiliationTransfer.objects.create(
        member=people[HOME][-2],
        from_branch=home,
        to_branch=elsewhere,
        state=AffiliationTransfer.State.ISSUED,
        reason="2",
        requested_on=add_months(today, -2) - datetime.timedelta(days=14),
        requested_by=secretary,
        dues_paid_until=today.replace(day=1),
        letter_no=f"{today.year}-017",
        issued_on=add_months(today, -2) - datetime.timedelta(days=10),
        valid_until=add_months(today, 1) - datetime.timedelta(days=10),
    )
    CorrectionRequest.objects.create(
        member=people[HOME][12],
        field="employer",
        proposed="清河村合作社会计",
        note="去年换了岗位",
        due_on=today + datetime.timedelta(days=12),
    )


def _changes(township: Township, people: dict[str, list[Member]], today: datetime.date) -> None:
    """A branch that had another name, and a death of this week."""
    renamed = township.branches["chamber"]
    OrganizationChange.objects.filter(organization=renamed, kind="founded").update(
        name="中共清源镇工商联合支部委员会", short_name="清源镇工商联合党支部"
    )
    PartyOrganization.objects.filter(pk=renamed.pk).update(
        name="中共清源镇工商联合支部委员会", short_name="清源镇工商联合党支部"
    )
    rename_organization(
        by=None,
        organization=renamed,
        name=renamed.name,
        short_name=renamed.short_name,
        on=datetime.date(today.year - 1, 9, 1),
        reason="商会更名",
    )
    # Today: the rolls that were written before this knew nothing of it.
    exit_member(
        by=None,
        member=people["retirees"][-1],
        on=today,
        standing=Member.Standing.DECEASED,
        reason="去世",
    )
