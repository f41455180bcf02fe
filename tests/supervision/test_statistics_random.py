"""Random histories: every check holds where every change has its code, and every list is as long as its cell says."""

import datetime
import random

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Affiliation, Member, MemberStatus
from supervision.queries.statistics import figures_of
from supervision.queries.statistics_lists import behind
from supervision.rules.statistics import MEASURES, checks
from tests import factories as make

START, DAYS = datetime.date(2024, 6, 1), 730
CLOSED = {"13", "15"}
CELLS = 25


class Undone(Exception):
    """Ends an example and everything that it wrote."""


def random_person(chance: random.Random, branches) -> Member:
    """Stays one after the other, each change with its code; some leave for good, some come back, some are suspended."""
    days = sorted(chance.sample(range(1, DAYS), chance.randint(0, 4)))
    on = START + datetime.timedelta(days=days.pop(0)) if days and chance.random() < 0.5 else make.LONG_AGO
    gain = "initial" if on == make.LONG_AGO else chance.choice(["admitted", "transferred_in"])
    admitted = on if gain == "admitted" else datetime.date(2000 + chance.randint(0, 12), 5, 1)
    confirmed = admitted + datetime.timedelta(days=366) if chance.random() < 0.7 else None
    person = make.member(
        branches[0],
        gender=chance.choice(["male", "female"]),
        ethnicity=chance.choice(["01", "01", "05", "56", "97"]),
        birth_year=chance.choice([None, 1950, 1970, 1991, 1992, 2003]),
        education=chance.choice(["", "11", "21", "22", "27", "43", "61", "71", "91", "99"]),
        job_post=chance.choice(["", "011", "0111", "1", "119", "42", "50", "88"]),
        category="full" if confirmed else "probationary",
        admitted_on=admitted,
        confirmed_on=confirmed,
        extension_until=admitted + datetime.timedelta(days=600) if chance.random() < 0.2 else None,
        standing_correction=chance.randint(-1, 1),
    )
    Affiliation.objects.filter(member=person).delete()
    _stays(chance, person, branches, on, gain, [START + datetime.timedelta(days=day) for day in days])
    return person


def _stays(chance, person, branches, on, gain, days) -> None:
    branch, gone, standing = chance.choice(branches), False, "normal"
    for day in days:
        if gone:
            gain, on, gone = chance.choice(["restored", "transferred_in"]), day, False
            branch, standing = chance.choice(branches), "normal"
            continue
        loss = chance.choice(["moved", "whole_unit", "exited", "deceased", "transferred_out"])
        exit_type = chance.choice(["1", "6"]) if loss == "exited" else ""
        Affiliation.objects.create(
            member=person, branch=branch, period=(on, day), gain=gain, loss=loss, exit_type=exit_type
        )
        if chance.random() < 0.2:
            _suspend(chance, person, on, day)
        gone = loss not in ("moved", "whole_unit")
        if gone:
            standing = loss
        else:
            branch, on, gain = chance.choice([each for each in branches if each != branch]), day, loss
    if gone:
        Member.objects.filter(pk=person.pk).update(branch=None, left_branch=branch, standing=standing)
        return
    Affiliation.objects.create(member=person, branch=branch, period=(on, None), gain=gain)
    Member.objects.filter(pk=person.pk).update(branch=branch)


def _suspend(chance, person, on, day) -> None:
    """Within one stay, never from its first day on: who came suspended was never counted."""
    if (day - on).days < 4:
        return
    since = max(on, START) + datetime.timedelta(days=1)
    until = since + datetime.timedelta(days=chance.randint(1, 300))
    if since < day:
        MemberStatus.objects.create(
            member=person, kind="suspended", period=(since, min(until, day)), reason="3"
        )


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), day=st.dates(START, START + datetime.timedelta(days=DAYS)))
def test_every_check_holds_and_every_list_is_as_long_as_its_cell(world, seed, day):
    chance = random.Random(seed)
    try:
        with transaction.atomic():
            for _ in range(18):
                random_person(chance, [world.branch_a, world.branch_b, world.branch_d, world.branch_x])
            # Admitted in March 2026 and entered without a way of gain: the world's own, and no part of this.
            Affiliation.objects.filter(member=world.members_a[9]).delete()
            for root in chance.sample([world.committee, world.branch_b, world.general_branch], 2):
                figures = figures_of(root, day)
                assert [fault for check in checks(figures) for fault in check.faults] == []
                _check_lists(chance, root, figures)
            raise Undone
    except Undone:
        pass


def _check_lists(chance, root, figures) -> None:
    cells = [
        (sheet, line, column, value)
        for sheet in figures.sheets
        for line in sheet.lines
        for (column, _), value in zip(sheet.columns, line.values, strict=True)
        if not (sheet.key == "change" and line.key in CLOSED)
    ]
    full = [cell for cell in cells if cell[3]]
    for sheet, line, column, value in [
        *chance.sample(full, min(CELLS, len(full))),
        *chance.sample(cells, 5),
    ]:
        found = behind(root, figures.day, sheet.key, line.key, column)
        place = f"{sheet.key}/{line.key}/{column}"
        assert found is not None, place
        if sheet.key in ("life", "meetings") and column != "branches":
            heads = {head: at for at, head in enumerate(found.heads)}
            at = heads[dict(sheet.columns)[column]]
            assert sum(each.numbers[at] for each in found.places) == value, place
        else:
            assert found.count() == value, place


def test_a_cell_that_is_not_there_opens_nothing(world):
    day = datetime.date(2026, 6, 30)
    for cell in (
        ("nothing", "total", "total"), ("age", "nothing", "total"), ("age", "total", "nothing"), ("change", "15", "total"),
        ("change", "13", "total"), ("change", "3", "female"), ("change", "1", "female"), ("life", "volunteer_service", "owed"),
        ("life", "theme_day", "nothing"), ("unit", "nothing", "branches"), ("unit", "village", "nothing"), ("exits", "99", "total"),
        ("organizations", "nothing", "total"), ("membership", "nothing", "total"), ("meetings", "theme_day", "nothing"),
        ("situation", "nothing", "total"), ("development", "admitted", "nothing"),
    ):  # fmt: skip
        assert behind(world.committee, day, *cell) is None, cell


def test_the_measures_of_events_are_those_of_members(world):
    """Who is counted in the database and who in Python as a woman, of a minority, young, of a college are the same."""
    chance, day = random.Random(7), datetime.date(2026, 6, 30)
    people = [random_person(chance, [world.branch_a, world.branch_d]) for _ in range(30)]
    Affiliation.objects.filter(member__in=people).delete()
    for person in people:
        Affiliation.objects.create(
            member=person, branch=world.branch_a, period=(day, None), gain="transferred_in"
        )
    MemberStatus.objects.all().delete()
    figures = figures_of(world.branch_a, day)
    came, before = (
        figures.sheet("transfers").line("in"),
        figures_of(world.branch_a, day - datetime.timedelta(days=1)),
    )
    total = figures.sheet("category").line("total").values
    then = before.sheet("category").line("total").values
    assert came.values == tuple(now - was for now, was in zip(total, then, strict=True))
    assert came.values[0] == 30
    assert len(came.values) == len(MEASURES)
