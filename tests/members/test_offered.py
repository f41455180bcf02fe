"""A choice of very many organisations: level by level, and nothing that is out of reach."""

import pytest
from bs4 import BeautifulSoup

from branch_portal.dates import today_shanghai
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
    assert set(names(deep, "branch")) == {*upper, str(world.branch_a), str(world.branch_b)}


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


def options(response, name: str) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [option.get_text() for option in page.select(f"select[name={name}] option")]


@pytest.mark.parametrize("path", ["/learning/branch/", "/learning/matrix/"])
def test_a_committee_of_many_goes_down_to_a_branch_s_study(world, as_user, many, path):
    client = as_user(world.staff)
    upper = client.get(path, {"branch": str(world.general_branch.uid)})
    shown = BeautifulSoup(upper.content, "html.parser")
    first = shown.select_one("select[name=branch] option[selected]").get_text()
    assert first in (str(world.branch_a), str(world.branch_b)), "the first branch under it"
    assert {str(world.general_branch), str(world.branch_a), str(world.branch_b)} <= set(
        options(upper, "branch")
    )
    assert "党支部（逐级选择）" in upper.content.decode()
    one = client.get(path, {"branch": str(world.branch_b.uid)})
    assert str(world.branch_b) in BeautifulSoup(one.content, "html.parser").select_one(".subtitle").get_text()
    foreign = client.get(path, {"branch": str(world.branch_x.uid)}).content.decode()
    assert str(world.branch_x) not in foreign


def test_a_binder_is_of_a_branch(world, as_user, many):
    client = as_user(world.staff)
    asked = {
        "year": str(today_shanghai().year),
        "quarter": "",
        "submission_key": "11111111-2222-4333-8444-555555555556",
    }
    refused = client.post("/activities/binders/", asked | {"branch": str(world.general_branch.uid)})
    assert f"已列出{world.general_branch}的下级，请选择党支部。" in refused.content.decode()
    assert {str(world.branch_a), str(world.branch_b)} <= set(options(refused, "branch"))
    taken = client.post("/activities/binders/", asked | {"branch": str(world.branch_a.uid)})
    assert "这一时段还没有已保存的记录" in taken.content.decode(), (
        "the branch is taken; it has nothing to bind"
    )
    foreign = client.post("/activities/binders/", asked | {"branch": str(world.branch_x.uid)})
    assert "不在您的范围内" in foreign.content.decode()
