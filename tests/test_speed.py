"""A guard over what the benchmark measures (docs/scale.md), small enough for every build: statements, and CPU as ratios of two
things timed in turn. The limits are about twice what is usual, so that noise does not reach them and an accident does.
"""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.floor import settings as stock
from benchmarks.measure import alternate, once
from benchmarks.workloads.saving import MOST_STATEMENTS, Saving, counted, timed
from branch_portal.dates import today_shanghai
from tests import factories as make
from tests.activities import factories as record_of

ROUNDS, TIMES = 3, 3
#: CPU of a page ÷ CPU of a stock signed-in view that answers with a constant, both through the test client.
PAGES = {"activities:records": 20, "members:roster": 50, "learning:branch": 30}
GRID = 44
#: CPU of saving a roll ÷ CPU of saving its rows one by one.
SAVING = {"logged": 0.5, "announced": 0.6}


@pytest.fixture
def busy(world):
    """The branch with a roster of a whole page and some records."""
    for _ in range(20):
        make.member(world.branch_a)
    for days in range(4):
        record_of.record(
            world.secretary_a, world.branch_a, day=today_shanghai() - datetime.timedelta(days=7 * days)
        )
    return world


@pytest.fixture
def constant(busy):
    """(wall, CPU) of one request for the constant, by its own middleware."""
    with override_settings(
        ROOT_URLCONF=stock.ROOT_URLCONF, SESSION_ENGINE=stock.SESSION_ENGINE, MIDDLEWARE=stock.MIDDLEWARE
    ):
        client = Client()
        client.force_login(busy.secretary_a)

    def ask() -> tuple[float, float]:
        with override_settings(
            ROOT_URLCONF=stock.ROOT_URLCONF, SESSION_ENGINE=stock.SESSION_ENGINE, MIDDLEWARE=stock.MIDDLEWARE
        ):
            assert client.get("/").status_code == 200
            return once(lambda: client.get("/"), 10)

    return ask


def ratio(ours: Callable[[], tuple[float, float]], floor: Callable[[], tuple[float, float]]) -> float:
    mine, least = alternate(ours, floor, rounds=ROUNDS)
    return mine.cpu / least.cpu


def test_pages_cost_so_many_constant_ones(busy, as_user, constant):
    asked = [(as_user(busy.secretary_a), reverse(name), most) for name, most in PAGES.items()]
    asked.append((as_user(busy.staff), "/admin/supervision/", GRID))
    for client, path, most in asked:
        assert client.get(path).status_code == 200

        def page(client: Client = client, path: str = path) -> tuple[float, float]:
            client.get(
                path
            )  # the constant's settings have thrown away what the process knows of addresses and templates
            return once(lambda: client.get(path), TIMES)

        assert ratio(page, constant) <= most, path


def asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", PAGES)
def test_a_list_page_asks_as_often_for_fifty_rows_as_for_few(name, world, as_user):
    record_of.record(world.secretary_a, world.branch_a)
    client, path = as_user(world.secretary_a), reverse(name)
    client.get(path)
    few = asked(client, path)
    for _ in range(45):
        make.member(world.branch_a)
    for days in range(1, 4):
        record_of.record(
            world.secretary_a, world.branch_a, day=today_shanghai() - datetime.timedelta(days=days)
        )
    assert asked(client, path) == few


@pytest.fixture
def saving(world):
    people = [make.member(world.branch_a) for _ in range(50)]
    day = today_shanghai() + datetime.timedelta(days=7)

    def of(size: int) -> Saving:
        return Saving(
            world.secretary_a, world.branch_a, [(each.pk, each.name) for each in people[:size]], day
        )

    return of


def test_saving_a_roll_costs_a_part_of_saving_its_rows(saving):
    fifty = saving(50)
    for way, most in SAVING.items():
        assert ratio(lambda way=way: timed(getattr(fifty, way)), lambda: timed(fifty.naively)) <= most, way


@pytest.mark.parametrize(("way", "most"), [("logged", 20), ("announced", MOST_STATEMENTS)])
def test_saving_asks_as_often_for_a_roll_of_fifty_as_of_two(way, most, saving):
    many, few = counted(getattr(saving(50), way)), counted(getattr(saving(2), way))
    assert many == few <= most
