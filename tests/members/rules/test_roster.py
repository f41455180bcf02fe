from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules import roster
from members.rules.findings import hard
from members.rules.national_id import DEMO_AREA_CODE, compose
from members.rules.roster import MemberFacts, check_member

TODAY = date(2026, 4, 13)
GOOD = MemberFacts(
    category="full",
    admitted_on=date(2010, 6, 1),
    confirmed_on=date(2011, 6, 1),
    birth_date=date(1985, 3, 7),
    gender="male",
    id_number=compose("330106", date(1985, 3, 7), 1),
)


def found(**changes):
    return [(item.code, str(item.severity)) for item in check_member(replace(GOOD, **changes), today=TODAY)]


def test_a_good_card_has_no_findings():
    assert check_member(GOOD, today=TODAY) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"confirmed_on": None}, [("full_without_date", "hard")]),
        ({"category": "probationary", "admitted_on": date(2025, 6, 1), "confirmed_on": None}, []),
        (
            {"category": "probationary", "confirmed_on": date(2011, 6, 1)},
            [("probationary_with_date", "hard"), ("confirmation_overdue", "warn")],
        ),
        ({"category": "guest"}, [("category_unknown", "hard")]),
        ({"confirmed_on": date(2011, 5, 31)}, [("probation_too_short", "hard")]),
        ({"confirmed_on": date(2010, 5, 31)}, [("confirmed_before_admitted", "hard")]),
        ({"birth_date": date(1992, 6, 2), "id_number": None}, [("admitted_under_18", "hard")]),
        ({"birth_date": date(1992, 6, 1), "id_number": None}, []),
        ({"birth_date": date(2010, 6, 2), "id_number": None}, [("admitted_before_birth", "hard")]),
        ({"birth_date": date(1985, 3, 8)}, [("birth_date_differs", "warn")]),
        ({"gender": "female"}, [("gender_differs", "warn")]),
        ({"id_number": "123"}, [("id_number_invalid", "hard")]),
        ({"id_number": compose(DEMO_AREA_CODE, date(1985, 3, 7), 1)}, [("id_number_invalid", "hard")]),
        ({"id_number": compose(DEMO_AREA_CODE, date(1985, 3, 7), 1), "allow_demo": True}, []),
        ({"admitted_on": None}, [("not_admitted", "hard")]),
        ({"confirmed_on": date(2026, 4, 14)}, [("confirmed_on_in_future", "hard")]),
        ({"birth_date": date(1900, 1, 1), "id_number": None}, [("age_over_120", "warn")]),
        ({"out_of_contact": True}, [("lost_without_date", "hard")]),
        ({"out_of_contact": False, "lost_contact_on": date(2025, 1, 1)}, [("date_without_lost", "hard")]),
        ({"out_of_contact": True, "lost_contact_on": date(2025, 1, 1)}, []),
        ({"lost_contact_on": date(2009, 1, 1)}, [("lost_contact_on_before_admission", "warn")]),
        ({"floating_since": date(2026, 5, 1)}, [("floating_since_in_future", "hard")]),
    ],
)
def test_findings(changes, expected):
    assert found(**changes) == expected


def test_veterans_are_only_pointed_out():
    veteran = {"birth_date": date(1955, 1, 1), "id_number": None}
    assert found(**veteran, admitted_on=date(1974, 3, 1), confirmed_on=date(1974, 3, 1)) == [
        ("probation_too_short", "warn")
    ]
    assert found(**veteran, admitted_on=date(1977, 8, 17), confirmed_on=date(1977, 12, 1)) == [
        ("probation_too_short", "warn")
    ]
    assert found(**veteran, admitted_on=date(1977, 8, 18), confirmed_on=date(1977, 12, 1)) == [
        ("probation_too_short", "hard")
    ]
    assert found(**veteran, admitted_on=date(1972, 1, 1), confirmed_on=date(1973, 1, 1)) == [
        ("admitted_under_18", "warn")
    ]


def test_age_rule_begins_with_the_constitution_of_1982():
    young = {"birth_date": date(1965, 1, 1), "id_number": None}
    before = found(**young, admitted_on=date(1982, 9, 5), confirmed_on=date(1983, 9, 5))
    after = found(**young, admitted_on=date(1982, 9, 6), confirmed_on=date(1983, 9, 6))
    assert (before, after) == ([("admitted_under_18", "warn")], [("admitted_under_18", "hard")])


def test_messages_name_the_mend():
    assert [
        item.message for item in check_member(replace(GOOD, confirmed_on=date(2011, 5, 31)), today=TODAY)
    ] == ["预备期不满一年，最早应为 2011年6月1日"]
    finding = check_member(replace(GOOD, birth_date=date(1993, 1, 1), id_number=None), today=TODAY)[0]
    assert (finding.message, finding.clause, finding.field) == (
        "入党时 17 周岁，未满十八岁",
        "《中国共产党章程》第一条：年满十八岁",
        "admitted_on",
    )


@pytest.mark.parametrize(
    ("changes", "overdue"),
    [
        ({"admitted_on": date(2025, 4, 13)}, False),
        ({"admitted_on": date(2025, 4, 12)}, True),
        ({"admitted_on": date(2025, 1, 1), "extension_until": date(2026, 7, 1)}, False),
        ({"admitted_on": date(2025, 1, 1), "standing": "suspended"}, False),
    ],
)
def test_confirmation_overdue(changes, overdue):
    codes = [code for code, _ in found(category="probationary", confirmed_on=None, **changes)]
    assert codes == (["confirmation_overdue"] if overdue else [])


@pytest.mark.parametrize(
    ("confirmed_on", "on", "correction", "years"),
    [
        (date(2011, 6, 1), date(2026, 5, 31), 0, 14),
        (date(2011, 6, 1), date(2026, 6, 1), 0, 15),
        (date(2011, 6, 1), date(2026, 6, 1), 2, 17),
        (date(2011, 6, 1), date(2026, 6, 1), -20, 0),
        (None, date(2026, 6, 1), 0, 0),
        (date(2027, 6, 1), date(2026, 6, 1), 3, 0),
        (date(2020, 2, 29), date(2021, 2, 28), 0, 1),
    ],
)
def test_party_standing_counts_from_full_membership(confirmed_on, on, correction, years):
    assert roster.party_standing_years(confirmed_on, on, correction) == years


def test_days_that_follow_from_admission():
    assert roster.probation_end(date(2024, 2, 29)) == date(2025, 2, 28)
    assert roster.probation_end(date(2025, 1, 1), date(2026, 7, 1)) == date(2026, 7, 1)
    assert roster.political_birthday(date(2024, 2, 29), 2026) == date(2026, 2, 28)
    assert roster.political_birthday(date(2024, 2, 29), 2028) == date(2028, 2, 29)


def test_floating_from_six_months_on():
    assert roster.is_floating(date(2025, 10, 13), TODAY) is True
    assert roster.is_floating(date(2025, 10, 14), TODAY) is False
    assert roster.is_floating(None, TODAY) is False


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ("normal", True),
        ("suspended", False),
        ("exited", False),
        ("deceased", False),
        ("transferred_out", False),
    ],
)
def test_who_is_expected(standing, expected):
    assert roster.counts_as_expected(standing) is expected


dates = st.none() | st.dates(date(1920, 1, 1), date(2030, 1, 1))


@given(
    st.builds(
        MemberFacts,
        category=st.sampled_from(["full", "probationary"]),
        admitted_on=dates,
        confirmed_on=dates,
        birth_date=dates,
        lost_contact_on=dates,
    )
)
def test_hard_findings_come_first_and_every_message_has_words(facts):
    findings = check_member(facts, today=TODAY)
    count = len(hard(findings))
    assert findings[:count] == hard(findings)
    assert all(item.message and item.field for item in findings)
