import datetime
from decimal import Decimal

import pytest
from django.db import DataError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branch_portal.many_rows import insert_columns, insert_rows
from members.actions.people import NewMember, create_members_bulk
from members.models import Affiliation, Member, MemberKey, MemberStatus
from tests import factories as make

#: Everything that means something in the text of an array.
ODD = [
    '逗号,"引号"',
    "\\反斜线\\",
    "{花括号}",
    "NULL",
    "null",
    "",
    " 空格 ",
    "换\n行",
    "'单引号'",
    "%s %(x)s",
]
DAY = datetime.date(2020, 2, 29)


def _values(number: int, **more) -> dict:
    return {
        "name": f"赵{number}", "id_number": make.national_id(number), "gender": Member.Gender.MALE, "category": Member.Category.FULL,
        "birth_date": datetime.date(1970, 1, 1), "admitted_on": DAY, "confirmed_on": datetime.date(2021, 3, 1), **more,
    }  # fmt: skip


def test_every_text_comes_back_as_it_was_written(db):
    rows = [
        NewMember(values=_values(n, employer=text, home_address=text), since=DAY)
        for n, text in enumerate(ODD)
    ]
    members = create_members_bulk(by=None, branch=make.organization(), rows=rows)
    for text, member in zip(ODD, members, strict=True):
        stored = Member.objects.get(pk=member.pk)
        assert (stored.employer, stored.home_address, stored.uid) == (text, text, member.uid)
        assert (stored.admitted_on, stored.lost_contact_on, stored.is_migrant_worker) == (DAY, None, False)
    assert MemberKey.objects.filter(member__in=members).count() == len(ODD)
    assert [member.pk for member in members] == sorted(member.pk for member in members)


def test_what_hangs_on_a_member_is_written_and_all_of_it_is_audited(db):
    branch = make.organization()
    away = _values(1, floating_since=DAY, floating_destination="上海")
    rows = [NewMember(values=away, since=DAY), NewMember(values=_values(2), since=DAY, gain="admitted")]
    first, second = create_members_bulk(by=None, branch=branch, rows=rows)
    assert [place.gain for place in Affiliation.objects.filter(branch=branch).order_by("pk")] == [
        "initial",
        "admitted",
    ]
    assert Affiliation.objects.get(member=second).period == DateRange(DAY, None)
    status = MemberStatus.objects.get(member=first)
    assert (status.kind, status.place, status.period.lower) == ("floating", "上海", DAY)
    with connection.cursor() as cursor:
        for event in ("members_memberevent", "members_affiliationevent"):
            cursor.execute(f"SELECT count(*) FROM {event} WHERE branch_id = %s", [branch.pk])
            assert cursor.fetchone()[0] == 2


def test_what_is_too_long_is_refused_not_cut(db):
    member = make.member(make.organization())
    with pytest.raises(DataError), transaction.atomic():
        insert_columns(
            MemberStatus,
            {
                "member_id": [member.pk],
                "kind": "floating",
                "period": DateRange(DAY, None),
                "place": "长" * 500,
            },
            count=1,
            using="default",
        )
    assert not MemberStatus.objects.exists()


def test_a_value_of_an_unknown_kind_is_refused(db):
    with pytest.raises(TypeError):
        insert_columns(MemberKey, {"member_id": [Decimal(1)], "salt": b""}, count=1, using="default")


def test_nothing_to_insert_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([], using="default")


@pytest.mark.parametrize("name", ["阿卜杜·热合曼", "欧阳修", "王王", "A b", ""])
def test_the_index_of_names_holds_the_same_tokens_as_ever(db, name):
    """Two characters of name, pinyin and initials each, and every single one of the name."""
    pinyin, initials = "ou yang xiu", "oyx"
    line = f"|{name.lower()}|{pinyin.replace(' ', '')}|{initials}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_name_tokens(%s, %s, %s)", [name, pinyin, initials])
        assert set(cursor.fetchone()[0]) == {line[n : n + 2] for n in range(len(line) - 1)} | set(name)
