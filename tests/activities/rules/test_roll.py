import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules import roll
from activities.rules.roll import TypedGroup, count_statuses, effective_minutes, parse_line

ABSENT = [("absent", "", (3, 7, 12, 13, 14))]


def groups(text, total=30):
    line = parse_line(text, total)
    assert line.errors == ()
    return [(group.status, group.leave_type, group.rows) for group in line.groups]


@pytest.mark.parametrize(
    "text",
    [
        "缺席 3 7 12-14",
        "3 7 12-14",
        "缺席 3、7，12－14",
        "缺席：３，７，１２～１４",
        "缺席 3号 7号 12号至14号",
        "缺席3 7 12到14",
        "缺席人员：3;7;12—14。",
        "缺席（3、7、12–14）",
        "第3 第7 第12至第14",
        "未到 3和7及12 - 14",
        "  3\t7\n12−14 ",
        "3.7.12~14",
        "缺席 14 13 12 7 3",
        "3\u200b 7 12-14",
        "缺席 3 缺席 7 缺席 12——14",
    ],
)
def test_ways_to_type_the_same_rows(text):
    assert groups(text) == ABSENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("事假 5 8", [("leave", "personal", (5, 8))]),
        ("缺席 3、7，12－14 请假 5", [*ABSENT, ("leave", "other", (5,))]),
        ("病假2公假4", [("leave", "sick", (2,)), ("leave", "official", (4,))]),
        ("迟到 1 线上 2", [("late", "", (1,)), ("online", "", (2,))]),
        ("免 3 补课 4", [("exempt", "", (3,)), ("made_up", "", (4,))]),
        ("1 到会 2", [("absent", "", (1,)), ("present", "", (2,))]),
        ("请假的 9 迟到者 3", [("leave", "other", (9,)), ("late", "", (3,))]),
        ("", []),
        ("，、 ", []),
    ],
)
def test_statuses(text, expected):
    assert groups(text) == expected


def test_default_status_may_be_another():
    line = parse_line("5 8", 30, default=("leave", "personal"))
    assert line.groups == (TypedGroup("leave", "personal", (5, 8)),)
    assert line.marks() == {5: ("leave", "personal"), 8: ("leave", "personal")}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("缺席 31", "“31”超出名单，本次共 30 人"),
        ("缺席 28-31", "“28-31”超出名单，本次共 30 人"),
        ("1-99999999999999999999", "“1-9999999999…”超出名单，本次共 30 人"),
        ("9" * 1500, "“999999999999…”超出名单，本次共 30 人"),
        ("0", "“0”不在名单里，序号从 1 开始"),
        ("14-12", "“14-12”前大后小，请写作 12-14"),
        ("12-", "“12-”没有写完，起止都要写，例如 12-14"),
        ("3 至", "“3 至”没有写完，起止都要写，例如 12-14"),
        ("缺席 3人", "“3人”像是人数，这里请写名单里的序号，例如：缺席 3 7 12-14"),
        ("缺席 张三", "“张三”不是到会情况，请写序号，例如：缺席 3 7 12-14"),
        ("事假", "“事假”后面没有写序号"),
        ("3 @@", "“@@”看不懂，请写序号，例如：缺席 3 7 12-14"),
        ("缺席 5 事假 5", "序号 5 同时写了“缺席”和“事假”，请留一个"),
        ("请假 5 缺席 4-6", "序号 5 同时写了“其他请假”和“缺席”，请留一个"),
        ("3" * 2001, "内容过长，最多 2000 字，例如：缺席 3 7 12-14"),
    ],
)
def test_errors_name_the_piece(text, error):
    assert error in parse_line(text, 30).errors


def test_several_errors_are_all_named():
    assert parse_line("缺席 31 王五 2 事假 病假 0", 30).errors == (
        "“31”超出名单，本次共 30 人",
        "“王五”不是到会情况，请写序号，例如：缺席 3 7 12-14",
        "“事假”后面没有写序号",
        "“0”不在名单里，序号从 1 开始",
    )


def test_writing_a_row_twice_is_only_mentioned():
    line = parse_line("缺席 3 3 2-4", 30)
    assert (line.errors, line.notices) == ((), ("序号 3 写了不止一次，请核对",))
    assert line.groups == (TypedGroup("absent", "", (2, 3, 4)),)


@given(st.text(max_size=80), st.integers(0, 60))
def test_any_text_is_answered(text, total):
    line = parse_line(text, total)
    rows = [row for group in line.groups for row in group.rows]
    assert all(1 <= row <= total for row in rows)
    assert len(rows) == len(set(rows))


@given(st.sets(st.integers(1, 60)))
def test_compressed_rows_read_back(rows):
    assert {row for group in parse_line(roll.compress_rows(rows), 60).groups for row in group.rows} == rows


def test_compress():
    assert roll.compress_rows([14, 3, 7, 12, 13]) == "3 7 12-14"
    assert roll.compress_rows([]) == ""


def test_count_of_the_theme_day_with_three_absent():
    count = count_statuses(["present"] * 25 + ["late", "online"] + ["absent"] * 2 + ["leave"])
    assert (count.expected, count.present, count.away) == (30, 27, 3)
    assert count.sentence == "应到 30 人，实到 27 人，缺席 3 人"


def test_exempt_leave_the_denominator():
    count = count_statuses(["present", "exempt", "made_up", "absent"])
    assert (count.listed, count.expected, count.present, count.away, count.exempt) == (4, 3, 1, 2, 1)
    assert count.sentence == "应到 3 人，实到 1 人，缺席 2 人，免予参加 1 人"


def test_unknown_status_is_a_programming_error():
    with pytest.raises(ValueError, match="here"):
        count_statuses(["here"])


@given(st.lists(st.sampled_from(roll.STATUSES)))
def test_counts_always_close(statuses):
    count = count_statuses(statuses)
    assert (
        count.expected
        == count.present + count.away
        == count.present + count.leave + count.absent + count.made_up
    )
    assert count.listed == len(statuses) == count.expected + count.exempt


@pytest.mark.parametrize(
    ("status", "leave_type", "reason", "owed"),
    [
        ("absent", "", "", True),
        ("absent", "", " \u3000", True),
        ("absent", "", "住院", False),
        ("leave", "sick", "", False),
        ("leave", "personal", "", False),
        ("leave", "official", "", False),
        ("leave", "other", "", True),
        ("leave", "", "", True),
        ("leave", "other", "探亲", False),
        ("present", "", "", False),
        ("exempt", "", "", False),
        ("made_up", "", "", False),
    ],
)
def test_reasons(status, leave_type, reason, owed):
    assert roll.reason_owed(status, leave_type, reason) is owed
    assert roll.rows_without_reason([roll.RollLine(4, status, leave_type, reason)]) == ([4] if owed else [])


@pytest.mark.parametrize(
    ("status", "options", "expected"),
    [
        ("present", {}, 120),
        ("late", {"own_minutes": 60}, 60),
        ("late", {"own_minutes": 60, "partial": False}, 120),
        ("late", {}, 120),
        ("late", {"own_minutes": 600}, 120),
        ("late", {"own_minutes": -5}, 0),
        ("present", {"own_minutes": 60}, 120),
        ("online", {}, 120),
        ("online", {"online_counts": False}, 0),
        ("made_up", {}, 120),
        ("made_up", {"made_up_counts": False}, 0),
        ("leave", {}, 0),
        ("absent", {"own_minutes": 60}, 0),
        ("exempt", {}, 0),
    ],
)
def test_effective_minutes(status, options, expected):
    assert effective_minutes(status, 120, **options) == expected
