"""Loading the demo as a whole, once, into a database that holds nothing else."""

import datetime
from random import Random

from django.db import transaction

from activities.actions.facts import Facts
from activities.actions.gatherings import announce_gathering
from activities.actions.quality import review_records
from activities.models import ActivityRecord
from activities.queries.defaults import theme_day_of
from branch_portal.database import set_context
from branch_portal.dates import add_months, local_datetime
from members.models import PartyOrganization, User
from supervision.demo.accounts import build_accounts, demo_accounts, open_logins
from supervision.demo.checks import build_checks
from supervision.demo.histories import build_histories
from supervision.demo.lessons import build_lesson
from supervision.demo.life import build_life
from supervision.demo.meetings import build_meetings
from supervision.demo.notices import build_notices
from supervision.demo.people import build_people
from supervision.demo.requests import build_requests
from supervision.demo.structure import BRANCHES, CODE_PREFIX, HOME, build_township
from supervision.demo.training import build_training

#: Branches that have announced their next theme day.
_ANNOUNCED = (HOME, "organ", "retirees", "community_1")


def demo_is_loaded() -> bool:
    return PartyOrganization.objects.filter(code__startswith=CODE_PREFIX).exists()


def real_data_is_present() -> bool:
    """Whether anything is here that the demo did not make."""
    if demo_is_loaded():
        return PartyOrganization.objects.exclude(code__startswith=CODE_PREFIX).exists()
    return PartyOrganization.objects.exists() or User.objects.exists()


@transaction.atomic
def load(*, today: datetime.date, seed: int) -> None:
    """Build the township, its people and two years of their life. All or nothing."""
    set_context(source="load_demo")
    random = Random(seed)
    township = build_township(founded_on=datetime.date(today.year - 8, 7, 1))
    people = build_people(township, today=today, random=random)
    users = build_accounts(people, random=random)
    open_logins(township, people, since=datetime.date(today.year - 2, 1, 1))
    build_life(township, people, users, today=today, random=random)
    build_histories(township, people, users, today=today, random=random)
    build_lesson(township.committee, staff=demo_accounts()["committee"])
    home = people[HOME]
    build_meetings(township.branches[HOME], home, users[home[0].pk], today=today, random=random)
    build_notices(township.branches[HOME], township.committee, home, today=today)
    build_requests(
        township.committee, demo_accounts()["committee"], users[people["organ"][0].pk], today=today
    )
    heads = [members[0] for members in people.values() if members]
    build_training(township.committee, heads, demo_accounts()["committee"], today=today)
    # Written in bulk above, so nothing has judged them yet.
    review_records(ActivityRecord.objects.counted().values_list("pk", flat=True))
    others = [township.branches[key] for key in ("organ", "retirees")]
    build_checks(township.committee, others, demo_accounts()["committee"], today=today, random=random)
    places = {plan.key: plan.place for plan in BRANCHES}
    for key in _ANNOUNCED:
        branch = township.branches[key]
        day = theme_day_of(branch, today)
        if day <= today or key == HOME:
            day = theme_day_of(branch, add_months(today.replace(day=1), 1))
        started = local_datetime(day, datetime.time(15))
        announce_gathering(
            by=users[people[key][0].pk],
            branch=branch,
            facts=Facts(
                kind="theme_day",
                theme="学习先进典型，走访慰问老党员",
                on_date=day,
                started_at=started,
                ended_at=started + datetime.timedelta(minutes=90),
                place=places[key],
            ),
            note="请携带党章和学习笔记",
        )
