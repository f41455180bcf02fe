"""A choice of very many organisations: level by level, and nothing that is out of reach."""

import pytest

from members.forms import offered
from members.forms.changes import ChangesFilter
from members.forms.roster import RosterFilter


def names(form, field: str) -> list[str]:
    return [label for value, label in form.fields[field].choices if value]


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(offered, "MOST", 2)


def test_few_are_all_offered(world):
    form = RosterFilter({}, user=world.staff)
    assert {str(world.branch_a), str(world.branch_d), str(world.general_branch)} <= set(names(form, "branch"))
    assert form.fields["branch"].label == "党组织"


def test_many_are_offered_level_by_level(world, many):
    form = RosterFilter({}, user=world.staff)
    upper = [str(world.committee), str(world.general_branch), str(world.branch_d)]
    assert names(form, "branch") == upper
    assert form.fields["branch"].label == "党组织（逐级选择）"

    below = RosterFilter({"branch": str(world.general_branch.uid)}, user=world.staff)
    assert set(names(below, "branch")) == {*upper, str(world.branch_a), str(world.branch_b)}
    deep = RosterFilter({"branch": str(world.branch_a.uid)}, user=world.staff)
    assert deep.is_valid() and deep.cleaned_data["branch"] == world.branch_a
    assert set(names(deep, "branch")) == {*upper, str(world.branch_a)}


def test_what_is_out_of_reach_is_neither_offered_nor_understood(world, many):
    for form, field in (
        (RosterFilter({"branch": str(world.branch_x.uid)}, user=world.staff), "branch"),
        (ChangesFilter({"organization": str(world.branch_x.uid)}, user=world.staff), "organization"),
    ):
        assert str(world.branch_x) not in names(form, field)
        assert not form.is_valid()


def test_the_page_of_one_level_names_the_next(world, as_user, many):
    page = as_user(world.staff).get("/members/", {"branch": str(world.general_branch.uid)}).content.decode()
    assert f'<option value="{world.branch_a.uid}"' in page
    assert f'<option value="{world.general_branch.uid}" selected' in page
