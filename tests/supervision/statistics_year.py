"""A year with one of every event, made plainly: the worked example of the statistics' tests, in branch A of the named world."""

import datetime

from django.db.backends.postgresql.psycopg_any import DateRange

from members.models import Affiliation, Member
from tests import factories as make

YEAR = 2025
END = datetime.date(YEAR, 12, 31)
SPRING, SUMMER, AUTUMN = datetime.date(YEAR, 3, 5), datetime.date(YEAR, 7, 1), datetime.date(YEAR, 10, 10)


def arrive(branch, name, *, on, gain, **fields) -> Member:
    """Somebody who came on a day, and how."""
    person = make.member(branch, name, since=on, **fields)
    Affiliation.objects.filter(member=person).update(gain=gain)
    return person


def depart(person, *, on, loss, standing="transferred_out", exit_type="") -> Member:
    """The open affiliation ends; the card stays with its branch."""
    place = Affiliation.objects.get(member=person, period__upper_inf=True)
    Affiliation.objects.filter(pk=place.pk).update(
        period=DateRange(place.period.lower, on), loss=loss, exit_type=exit_type, reason="测试"
    )
    Member.objects.filter(pk=person.pk).update(
        branch=None, left_branch=place.branch_id, cell=None, standing=standing
    )
    return person


def move(person, branch, *, on, code="moved") -> Member:
    """To another branch of the portal, alone or with the whole unit."""
    place = Affiliation.objects.get(member=person, period__upper_inf=True)
    Affiliation.objects.filter(pk=place.pk).update(period=DateRange(place.period.lower, on), loss=code)
    Affiliation.objects.create(member=person, branch=branch, period=DateRange(on, None), gain=code)
    Member.objects.filter(pk=person.pk).update(branch=branch)
    return person


def one_of_each(world) -> dict[str, Member]:
    """Eleven events and some who stayed: 14 at first, 5 came, 5 went, 14 at the end of the year."""
    a, x = world.branch_a, world.branch_x
    young = {"birth_year": 2000, "gender": "female", "ethnicity": "05", "education": "11"}
    people = {
        "admitted": arrive(
            a, "新发展", on=SPRING, gain="admitted", category="probationary", admitted_on=SPRING, **young
        ),
        "restored": arrive(a, "恢复的", on=SPRING, gain="restored"),
        "came": arrive(a, "转入的", on=SUMMER, gain="transferred_in"),
        "from_x": move(make.member(x, "调入的"), a, on=SUMMER),
        "with_unit": move(make.member(x, "整建制来的"), a, on=AUTUMN, code="whole_unit"),
        "expelled": depart(
            make.member(a, "开除的"), on=SPRING, loss="exited", standing="exited", exit_type="1"
        ),
        "suspended": make.member(a, "停止党籍的"),
        "died": depart(make.member(a, "病故的"), on=SUMMER, loss="deceased", standing="deceased"),
        "to_x": move(make.member(a, "调出的"), x, on=AUTUMN),
        "unit_left": move(make.member(a, "整建制走的"), x, on=AUTUMN, code="whole_unit"),
        "inside": move(make.member(a, "内部调整的"), world.branch_b, on=AUTUMN),
        "confirmed": make.member(
            a, "转正的", admitted_on=datetime.date(2024, 5, 1), confirmed_on=datetime.date(2025, 5, 1)
        ),
        "extended": make.member(
            a,
            "延长的",
            category="probationary",
            admitted_on=datetime.date(2024, 6, 1),
            extension_until=datetime.date(2025, 12, 1),
        ),
        "annulled": depart(
            make.member(a, "取消的", category="probationary", admitted_on=datetime.date(2024, 4, 1)),
            on=AUTUMN,
            loss="exited",
            standing="exited",
            exit_type="6",
        ),
    }
    make.status(people["suspended"], "suspended", since=SUMMER)
    return people
