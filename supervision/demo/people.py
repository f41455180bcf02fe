"""The people of the township: ages, education, posts and standing as such branches have them."""

import datetime
from random import Random

from branch_portal.dates import add_months, add_years
from members.actions.people import NewMember, create_members_bulk
from members.models import Member, PartyOrganization
from members.rules.national_id import DEMO_AREA_CODE, compose
from supervision.demo.names import Names
from supervision.demo.structure import BRANCHES, HOME, BranchPlan, Township

_COMMITTEE_POSTS = ("secretary", "organization", "publicity", "discipline")
_MINORITIES = ("03", "11", "08", "06", "15")
_EDUCATION_BY_AGE = (
    (40, ("21", "21", "22", "12")),
    (60, ("22", "21", "61", "41")),
    (200, ("71", "61", "81", "41")),
)


def build_people(township: Township, *, today: datetime.date, random: Random) -> dict[str, list[Member]]:
    """Branch key → its members, the first ones holding the posts."""
    names, serials = Names(random), iter(range(1000, 10_000))
    people = {}
    for plan in BRANCHES:
        branch, cells = township.branches[plan.key], township.cells[plan.key]
        rows = []
        for index in range(plan.size):
            cell = cells[index % len(cells)] if cells else None
            values, since = _person(plan, index, names, next(serials), today, random)
            rows.append(
                NewMember(
                    values=values,
                    since=since,
                    cell=cell,
                    gain="admitted" if values["category"] == "probationary" else "initial",
                    tenures=_posts(plan, branch, cell, cells, index, today),
                )
            )
        people[plan.key] = create_members_bulk(by=None, branch=branch, rows=rows)
    return people


def _posts(
    plan: BranchPlan, branch: PartyOrganization, cell, cells, index: int, today: datetime.date
) -> list[tuple]:
    """Secretary and committee first; then one leader for each cell (whoever of it comes first after the committee)."""
    since = datetime.date(today.year - 2, 1, 1)
    officers = _COMMITTEE_POSTS if branch.has_committee else ("secretary",)
    if index < len(officers):
        return [(officers[index], branch, since, None)]
    if cell is not None and index < len(officers) + len(cells):
        return [("cell_leader", cell, since, None)]
    return []


def _age(plan: BranchPlan, officer: bool, random: Random) -> int:
    low, high = plan.ages
    if officer:
        low, high = max(low, 30), min(high, 62) if low < 60 else high
    return random.randint(low, high)


def _person(plan: BranchPlan, index: int, names: Names, serial: int, today: datetime.date, random: Random):
    """(values, start of the affiliation) of one member; officers are full members of working age."""
    officer = index < 8
    gender = "male" if random.random() < 0.66 else "female"
    age = _age(plan, officer, random)
    birth = datetime.date(today.year - age, random.randint(1, 12), random.randint(1, 28))
    probationary = not officer and random.random() < 0.05 and age < 60
    if probationary:
        admitted, confirmed = add_months(today.replace(day=1), -random.randint(1, 11)), None
    else:
        youngest = add_years(birth, 19)
        span = max((datetime.date(today.year - 2, 6, 30) - youngest).days, 1)
        admitted = youngest + datetime.timedelta(days=int(span * random.random() ** 1.5))
        confirmed = add_years(admitted, 1)
    floating = len(range(index, plan.size)) <= plan.floating and plan.key != HOME
    education = random.choice(next(codes for limit, codes in _EDUCATION_BY_AGE if age < limit))
    # Odd serials are men's; four digits of our own counter keep all numbers different.
    parity = serial % 500 * 2 + (1 if gender == "male" else 0)
    values = {
        "name": names.draw(gender),
        "id_number": compose(DEMO_AREA_CODE, birth, parity),
        "gender": gender,
        "ethnicity": "01" if random.random() < 0.93 else random.choice(_MINORITIES),
        "birth_date": birth,
        "education": education,
        "category": "probationary" if probationary else "full",
        "admitted_on": admitted,
        "confirmed_on": confirmed,
        "job_post": "4" if age >= 63 else random.choice(plan.jobs),
        "employer": plan.short_name.removesuffix("党支部"),
        "mobile": f"1990000{serial:04d}",
        "landline": "",
        "home_address": f"清源镇{random.choice(['向阳路', '清河街', '建设路', '文昌巷'])}{random.randint(1, 180)}号",
        "lost_contact_on": None,
        "floating_since": add_months(today.replace(day=1), -random.randint(9, 20)) if floating else None,
        "floating_destination": random.choice(["省城务工", "沿海务工", "随子女居住"]) if floating else "",
        "is_leading_official": plan.key == "organ" and index < 3,
    }
    if plan.key == "floating" and index == plan.size - 1:
        values |= {
            "lost_contact_on": add_months(today.replace(day=1), -7),
            "floating_since": None,
            "floating_destination": "",
        }
    since = admitted if probationary else max(admitted, datetime.date(today.year - 6, 1, 1))
    return values, since
