"""The corpus of awkward workbooks: each says exactly what is expected, dry and in earnest the same, dry writing nothing."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.actions.imports import apply_import, plan_import, start_import
from members.imports.reader import FileRefused
from members.models import Member
from tests.members.awkward_workbooks import CASES

_WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE", "COPY")


def start(world, content):
    return start_import(
        by=world.officer_a,
        branch=world.branch_a,
        file=io.BytesIO(content),
        file_name="名册.xlsx",
        since=datetime.date(2025, 12, 31),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_awkward(world, case):
    if case.refused:
        with pytest.raises(FileRefused, match=case.refused):
            start(world, case.content)
        return
    batch = start(world, case.content)
    with CaptureQueriesContext(connection) as captured:
        plan = plan_import(batch=batch)
    assert [q["sql"] for q in captured if q["sql"].lstrip().upper().startswith(_WRITES)] == []
    assert ([p.sentence for p in plan.problems], plan.bad_rows, len(plan.new)) == (
        case.problems, case.bad, case.new,
    )  # fmt: skip
    assert (plan.ignored, plan.other_sheets, plan.hidden_sheets) == (case.ignored, case.others, case.hidden)
    if case.people is not None:
        assert [addition.new.values["name"] for addition in plan.new] == case.people
    if case.dates is not None:
        assert [str(addition.new.values["admitted_on"]) for addition in plan.new] == case.dates
    before = Member.objects.count()
    assert apply_import(by=world.officer_a, batch=batch, only_good=True).figures == plan.figures
    assert Member.objects.count() == before + case.new
    again = plan_import(batch=start(world, case.content))
    assert (again.good_rows, again.same, again.bad_rows) == (0, case.new, case.bad)


def test_the_corpus_is_large_enough():
    assert len({case.name for case in CASES}) == len(CASES) >= 25
