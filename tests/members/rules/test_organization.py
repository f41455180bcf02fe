from dataclasses import replace
from datetime import date

import pytest

from members.rules import organization
from members.rules.organization import CellFacts, OrganizationFacts, check_organization, term_end

TODAY = date(2026, 4, 13)
POSTS = {"secretary": 1, "organization": 1, "publicity": 1, "discipline": 1}
BRANCH = OrganizationFacts(
    members=23,
    full_members=20,
    has_committee=True,
    committee_size=4,
    posts=POSTS,
    cells=(CellFacts("第一党小组", 12, 10, True), CellFacts("第二党小组", 11, 10, True)),
    secretary_standing_years=12,
    elected_on=date(2025, 3, 1),
)
SMALL = OrganizationFacts(members=5, full_members=5, posts={"secretary": 1}, elected_on=date(2025, 3, 1))


def found(facts, **changes):
    return [
        (item.code, str(item.severity)) for item in check_organization(replace(facts, **changes), today=TODAY)
    ]


def test_sound_branches_have_no_findings():
    assert check_organization(BRANCH, today=TODAY) == []
    assert check_organization(SMALL, today=TODAY) == []


@pytest.mark.parametrize(("full_members", "expected"), [(6, False), (7, True)])
def test_committee_required_from_seven(full_members, expected):
    assert organization.committee_required(full_members) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"members": 50}, []),
        ({"members": 51}, [("too_many_members", "warn")]),
        ({"formation": "joint", "units": 5}, []),
        ({"formation": "joint", "units": 6}, [("too_many_units", "warn")]),
        ({"has_committee": False, "committee_size": 0}, [("committee_missing", "warn")]),
        ({"committee_size": 2}, [("committee_too_small", "hard")]),
        ({"committee_size": 3}, []),
        ({"committee_size": 6}, [("committee_above_normal", "info")]),
        ({"committee_size": 7}, [("committee_above_normal", "info")]),
        ({"committee_size": 8}, [("committee_too_large", "warn")]),
        ({"posts": {**POSTS, "secretary": 0}}, [("no_secretary", "warn")]),
        ({"posts": {**POSTS, "secretary": 2}}, [("two_secretaries", "hard")]),
        ({"posts": {**POSTS, "deputy_secretary": 1}}, []),
        ({"posts": {**POSTS, "deputy_secretary": 2}}, [("many_deputies", "warn")]),
        ({"posts": {"secretary": 1, "publicity": 1}}, [("posts_vacant", "warn")]),
        ({"secretary_standing_years": 0}, [("secretary_standing", "warn")]),
        ({"secretary_standing_years": 1}, []),
        ({"full_members": 6}, [("committee_not_needed", "warn")]),
        ({"applied_on": date(2026, 1, 31), "replied_on": date(2026, 2, 28)}, []),
        ({"applied_on": date(2026, 1, 31), "replied_on": date(2026, 3, 1)}, [("reply_late", "warn")]),
        ({"cells": (CellFacts("第一党小组", 12, 10),)}, [("cell_without_leader", "warn")]),
        ({"cells": (CellFacts("第一党小组", 12, 10, False),)}, [("cell_leader_not_full", "warn")]),
        ({"cells": (CellFacts("第一党小组", 2, 2, True),)}, [("cell_too_small", "warn")]),
    ],
)
def test_structure(changes, expected):
    assert found(BRANCH, **changes) == expected


def test_too_few_full_members_to_stand_alone():
    assert found(SMALL, full_members=2) == [("too_few_to_stand_alone", "warn")]
    assert found(SMALL, full_members=3) == []
    assert found(SMALL, full_members=2, formation="joint") == []


def test_temporary_branch_has_appointed_officers_and_no_elections():
    temporary = replace(BRANCH, formation="temporary", has_committee=False, elected_on=date(2010, 1, 1))
    assert check_organization(temporary, today=TODAY) == []
    assert organization.admits_members("temporary") is False
    assert organization.holds_elections("functional") is False
    assert organization.admits_members("joint") is True


@pytest.mark.parametrize(
    ("kind", "unit_category", "expected"),
    [
        ("branch", "state_enterprise", date(2027, 2, 28)),
        ("branch", "village", date(2029, 2, 28)),
        ("branch", "community", date(2029, 2, 28)),
        ("general_branch", "", date(2027, 2, 28)),
        ("committee", "", date(2029, 2, 28)),
    ],
)
def test_term_end(kind, unit_category, expected):
    assert term_end(date(2024, 2, 29), kind, unit_category) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"elected_on": date(2023, 4, 12)}, [("term_overdue", "warn")]),
        ({"elected_on": date(2023, 4, 13)}, [("term_ending", "info")]),
        ({"elected_on": date(2023, 10, 13)}, [("term_ending", "info")]),
        ({"elected_on": date(2023, 10, 14)}, []),
        ({"elected_on": date(2023, 1, 1), "unit_category": "village"}, []),
        ({"elected_on": date(2023, 1, 1), "extended_until": date(2026, 12, 31)}, []),
        (
            {"elected_on": date(2023, 1, 1), "extended_until": date(2027, 1, 2)},
            [("extension_too_long", "warn")],
        ),
        ({"elected_on": None}, []),
    ],
)
def test_term(changes, expected):
    assert found(BRANCH, **changes) == expected


def test_committee_above_is_judged_by_its_term_only():
    above = OrganizationFacts(kind="committee", members=400, elected_on=date(2020, 1, 1))
    assert found(above) == [("term_overdue", "warn")]
    assert found(above, kind="cell") == []


def test_messages_and_clauses():
    finding = check_organization(replace(BRANCH, posts={"secretary": 1}), today=TODAY)[0]
    assert finding.message == "尚缺组织委员、宣传委员、纪检委员"
    assert finding.clause == "《中国共产党支部工作条例（试行）》第二十条"
    overdue = check_organization(replace(BRANCH, elected_on=date(2022, 1, 1)), today=TODAY)[0]
    assert overdue.message == "任期已于 2025年1月1日 届满，应及时换届"
