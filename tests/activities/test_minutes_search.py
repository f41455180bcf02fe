"""Words in records: what the search finds is what LIKE finds, whichever way it goes, and only within reach."""

import pytest
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import ActivityRecord
from activities.models.bigrams import SEARCHED, tokens
from activities.queries.minutes_search import few_branches_of, search_texts
from activities.queries.records import listed_records
from tests.activities import factories as make

#: Few letters, so that words are met by chance; some beyond the basic plane, some that LIKE or a regular expression takes as signs.
LETTERS = "学习党章灌溉𠮷😀aA%_\\'\"|\n-0"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=12)


@pytest.fixture
def records(world) -> list[ActivityRecord]:
    return [
        make.record(world.secretary_a, world.branch_a, kind)
        for kind in ("theme_day", "general_meeting", "party_lecture")
    ]


def as_by_like(text: str) -> Q:
    held = Q()
    for word in text.split():
        one = Q()
        for name in SEARCHED:
            one |= Q(**{f"{name}__contains": word})
        held &= one
    return held


def found(text: str, within: list[int] | None) -> set[int]:
    return set(search_texts(ActivityRecord.objects.all(), text, within=within).values_list("pk", flat=True))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=3, max_size=3), asked=TEXTS)
def test_it_finds_what_like_finds(records, texts, asked):
    for row, parts in zip(records, texts, strict=True):
        ActivityRecord.objects.filter(pk=row.pk).update(**dict(zip(SEARCHED, parts, strict=True)))
    expected = set(ActivityRecord.objects.filter(as_by_like(asked)).values_list("pk", flat=True))
    assert found(asked, within=[records[0].branch_id]) == expected
    assert found(asked, within=None) == expected


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40),
    data=st.data(),
)
def test_python_and_the_database_count_the_same_pairs(db, text, data):
    with connection.cursor() as cursor:
        cursor.execute("SELECT activities_bigrams('', '', %s, '')", [text])
        stored = set(cursor.fetchone()[0])
    first = data.draw(st.integers(0, len(text)))
    part = text[first : data.draw(st.integers(first, len(text)))]
    assert set(tokens(part)) <= stored if part else True


def test_the_index_is_what_finds_words_among_many_branches(records):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    everything = ActivityRecord.objects.all()
    assert "record_bigrams" in search_texts(everything, "灌溉").explain()
    assert "record_bigrams" not in search_texts(everything, "灌溉", within=[records[0].branch_id]).explain()


@pytest.mark.parametrize("text", ["灌溉", "灌", "水渠灌溉", "灌溉 水渠", " 水渠\u3000灌溉 "])
def test_the_list_finds_words_of_the_minutes(world, as_user, text):
    make.record(world.secretary_a, world.branch_a, content="讨论水渠灌溉的安排。", theme="春耕")
    make.record(world.secretary_a, world.branch_a, "general_meeting", content="讨论发展党员。", theme="大会")
    page = as_user(world.secretary_a).get(reverse("activities:records"), {"text": text}).content.decode()
    assert "春耕" in page
    assert "大会</td>" not in page


def test_what_is_not_there_is_said(world, as_user):
    make.record(world.secretary_a, world.branch_a, content="讨论水渠。")
    page = as_user(world.secretary_a).get(reverse("activities:records"), {"text": "灌溉"}).content.decode()
    assert "没有符合条件的记录" in page


def test_few_branches_are_those_of_every_reach(world):
    own = [world.branch_a.pk]
    assert few_branches_of(world.secretary_a) == few_branches_of(world.cell_leader_a) == own
    assert set(few_branches_of(world.staff)) >= {world.branch_a.pk, world.branch_b.pk}


def test_nobody_finds_what_may_not_be_read(world, as_user):
    """Another branch's record, a draft and a committee's meeting, by the page's way and by the index."""
    written = [
        make.record(world.secretary_a, world.branch_a, kind, signed=signed, content="商量灌溉。", theme=f"第{number}份记录").pk
        for number, (kind, signed) in enumerate((("theme_day", True), ("general_meeting", False), ("committee_meeting", True)))
    ]  # fmt: skip
    reach = {
        "secretary_a": written,
        "staff": written,
        "member_a": written[:1],
        "secretary_b": [],
        "superuser": [],
    }
    for name, expected in reach.items():
        user = getattr(world, name)
        page = as_user(user).get(reverse("activities:records"), {"text": "灌溉"}).content.decode()
        assert [pk for number, pk in enumerate(written) if f"第{number}份记录" in page] == expected, name
        by_index = search_texts(listed_records(user), "灌溉").order_by("pk")
        assert [record.pk for record in by_index] == expected, name


def test_print_and_export_search_too(world, as_user):
    make.record(world.secretary_a, world.branch_a, content="讨论水渠。", theme="春耕")
    client = as_user(world.secretary_a)
    assert "春耕" in client.get(reverse("activities:records-print"), {"text": "水渠"}).content.decode()
    assert "春耕" not in client.get(reverse("activities:records-print"), {"text": "灌溉"}).content.decode()
