"""表决权情形: a code and two days, kept by who runs votes (domain 5.1, 5.2)."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from members.actions.errors import ActionRefused
from members.models import Member, User, VotingRightFact


@transaction.atomic
def record_voting_fact(
    *,
    by: User | None,
    member: Member,
    code: str,
    since: datetime.date,
    until: datetime.date | None = None,
) -> VotingRightFact:
    """`until` is the first day on which it no longer holds; it may be known beforehand."""
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    _check(member, code, since, until)
    return VotingRightFact.objects.create(member=member, code=code, period=DateRange(since, until))


@transaction.atomic
def set_voting_fact_days(
    *, by: User | None, fact: VotingRightFact, since: datetime.date, until: datetime.date | None
) -> VotingRightFact:
    """End a fact, or put its days right."""
    member = Member.objects.select_for_update(of=("self",)).get(pk=fact.member_id)
    fact = VotingRightFact.objects.select_for_update().get(pk=fact.pk)
    _check(member, fact.code, since, until, besides=fact)
    fact.period = DateRange(since, until)
    fact.save(update_fields=["period"])
    return fact


def _check(member: Member, code: str, since, until, *, besides: VotingRightFact | None = None) -> None:
    if until is not None and until <= since:
        raise ActionRefused("结束日期应晚于开始日期。")
    others = member.voting_facts.filter(code=code, period__overlap=(since, until))
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise ActionRefused("这段时间已登记同样的情形。")
