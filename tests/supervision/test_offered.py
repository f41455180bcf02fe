"""Which organisations a page offers: all of a small part of the tree, the upper levels of a large one, one branch by its link."""

import pytest
from django.urls import reverse

from supervision.forms import offered
from supervision.forms.inspections import InspectionForm
from supervision.forms.offered import Offered
from tests import factories as make

#: Every page with a choice of the part of the tree.
PAGES = (
    "supervision:quality",
    "supervision:quality-records",
    "supervision:returns",
    "supervision:findings",
    "supervision:receipts",
    "supervision:burden",
    "supervision:audit-changes",
    "supervision:study",
    "supervision:attendance",
    "supervision:terms",
    "supervision:statistics",
)


@pytest.fixture
def large(world, monkeypatch):
    """More organisations than are offered one by one."""
    monkeypatch.setattr(offered, "OFFERED", 4)
    return world


def names(found: Offered) -> set[str]:
    return {one.name for one in found.values()}


def test_a_small_part_is_offered_whole(world):
    assert {world.branch_a.name, world.committee.name} <= names(Offered.supervised(world.staff))


def test_a_large_one_by_its_upper_levels(large):
    found = Offered.supervised(large.staff)
    assert found.shortened
    assert not names(found) & {large.branch_a.name, large.branch_b.name}
    assert large.committee.name in names(found)


def test_one_branch_is_asked_for_by_its_link(large):
    found = Offered.supervised(large.staff, str(large.branch_a.uid))
    assert large.branch_a.name in names(found)
    assert large.branch_b.name not in names(found)


@pytest.mark.parametrize("asked", ["x", "0", "' OR 1=1"])
def test_another_committee_s_branch_is_no_choice(large, asked):
    plain = names(Offered.supervised(large.staff))
    assert names(Offered.supervised(large.staff, str(large.branch_x.uid))) == plain
    assert names(Offered.supervised(large.staff, asked)) == plain


@pytest.mark.parametrize("name", PAGES)
def test_no_page_lists_every_branch_of_a_large_part(large, as_user, name):
    staff, url = as_user(large.staff), reverse(name)
    option = f'<option value="{large.branch_a.uid}"'
    assert option not in staff.get(url).content.decode()
    assert option in staff.get(url, {"organization": large.branch_a.uid}).content.decode()


def inspection(world, **given) -> InspectionForm:
    data = {
        "title": "年中检查",
        "organization": str(world.committee.uid),
        "on_date": "2026-06-01",
        "inspectors": "张三",
    }
    form = InspectionForm(data | given, user=world.staff)
    form.is_valid()
    return form


def test_one_branch_is_found_by_its_name(large):
    make.organization("branch", parent=large.committee, name="西山村第一党支部")
    make.organization("branch", parent=large.committee, name="西山村第二党支部")
    assert inspection(large, branch_name="西山村第二").root.name == "西山村第二党支部"
    assert inspection(large).root == large.committee
    assert "不止一个" in inspection(large, branch_name="西山村").errors["branch_name"][0]
    assert "没有找到" in inspection(large, branch_name=large.branch_x.name).errors["branch_name"][0]


def test_a_small_part_needs_no_name(world):
    assert "branch_name" not in inspection(world).fields
    assert inspection(world, organization=str(world.branch_a.uid)).root == world.branch_a
