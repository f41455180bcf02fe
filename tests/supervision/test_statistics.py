"""党内统计: a built year as a worked example, as-of, identities, drill, access, query counts."""

import datetime

import pytest

from members.models import PartyOrganization
from supervision.queries.statistics import figures_of
from supervision.rules.statistics import checks, from_data, to_data
from tests import factories as make


def failing(figures):
    return [fault for check in checks(figures) for fault in check.faults]


def test_the_world_is_counted(world):
    figures = figures_of(world.committee, datetime.date(2026, 6, 30))
    for sheet in figures.sheets:
        print(sheet.key, sheet.title, [(l.label, l.values) for l in sheet.lines])
    print(len(checks(figures)))
    assert failing(figures) == []
    assert from_data(to_data(figures)) == figures
