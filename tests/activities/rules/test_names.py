"""Pasted names: what is certain is taken, what is likely is asked, what is neither is shown; nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.names import Listed, match_names, one_differs, plain, read_names, sound

NAMES = ["张三", "李四", "王五", "张伟", "张伟", "李永明", "李永", "欧阳海燕", "买买提·吐尔逊", "马晓东"]
PEOPLE = [Listed(str(number), name) for number, name in enumerate(NAMES, start=1)]


def sure(text: str) -> dict[str, tuple[str, str, str]]:
    found = match_names(text, PEOPLE)
    assert not found.doubts, found.doubts
    assert not found.unmatched, found.unmatched
    return {key: (named.status, named.leave_type, named.reason) for key, named in found.sure.items()}


def test_the_brief_of_every_group_chat():
    text = "#接龙\n主题党日 周五下午\n1. 张三\n2、李 四（线上）\n3) 王五 请假 带娃\n"
    found = match_names(text, PEOPLE)
    assert {k: (n.status, n.leave_type, n.reason) for k, n in found.sure.items()} == {
        "1": ("", "", ""),
        "2": ("online", "", ""),
        "3": ("leave", "other", "带娃"),
    }
    assert [named.name for named in found.unmatched] == ["主题党日"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("张三同志", {"1": ("", "", "")}),
        ("张三书记 到", {"1": ("present", "", "")}),
        ("１．　张　三", {"1": ("", "", "")}),
        ("@张三 收到", {"1": ("", "", "收到")}),
        ("张三：不参加，孩子生病", {"1": ("leave", "other", "孩子生病")}),
        ("张三病假", {"1": ("leave", "sick", "")}),
        ("张三请事假 回老家", {"1": ("leave", "personal", "回老家")}),
        ("张三 请假（公差）", {"1": ("leave", "official", "公差")}),
        ("张三 请假 孩子到医院看病", {"1": ("leave", "other", "孩子到医院看病")}),
        ("张三 家里有事，请假", {"1": ("leave", "other", "家里有事")}),
        ("张三 请假 参加培训", {"1": ("leave", "other", "参加培训")}),
        ("张三因病请假", {"1": ("leave", "sick", "")}),
        ("张三、李四、王五", {"1": ("", "", ""), "2": ("", "", ""), "3": ("", "", "")}),
        ("张三,李四,王五 迟到", {"1": ("", "", ""), "2": ("", "", ""), "3": ("late", "", "")}),
        ("张三 请假,李四 线上", {"1": ("leave", "other", ""), "2": ("online", "", "")}),
        ("李永明", {"6": ("", "", "")}),
        ("李永", {"7": ("", "", "")}),
        ("欧阳海燕 腾讯会议", {"8": ("online", "", "")}),
        ("买买提•吐尔逊 到会", {"9": ("present", "", "")}),
        ("12 马 晓 东", {"10": ("", "", "")}),
        ("张三\n张三 请假 出差", {"1": ("leave", "official", "出差")}),
    ],
)
def test_how_people_write(line, expected):
    assert sure(line) == expected


@pytest.mark.parametrize(
    ("line", "keys", "why"),
    [
        ("张伟", ("4", "5"), "namesakes"),
        ("李咏明", ("6",), "sound"),
        ("马小东 请假", ("10",), "sound"),
        ("李永朋", ("6",), "character"),
        ("张散", ("1",), "sound"),
        ("王六", ("3",), "character"),
    ],
)
def test_what_is_only_likely_is_asked(line, keys, why):
    found = match_names(line, PEOPLE)
    assert not found.sure
    assert [(doubt.keys, doubt.why) for doubt in found.doubts] == [(keys, why)]


def test_strangers_are_shown_by_name():
    found = match_names("赵六 到会\n张三\n刘备、关羽（线上）", PEOPLE)
    assert [named.name for named in found.unmatched] == ["赵六", "刘备", "关羽"]
    assert set(found.sure) == {"1"}


def test_who_is_named_twice_is_told():
    assert match_names("张三\n张三 请假 家里有事", PEOPLE).twice == ("张三",)


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "国强春梅志远秀兰建海燕文斌玉永明晓东桂英红军丽娜伟芳敏静磊洋勇艳杰娟涛超"
name = st.builds(lambda s, g: s + g, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=2))
rosters = st.lists(name, min_size=1, max_size=30, unique=True)


@given(rosters, st.data())
def test_a_list_of_the_roster_is_matched_whole(names, data):
    """However numbered, spaced and titled, everybody of the list is found and nobody else."""
    people = [Listed(str(number), name) for number, name in enumerate(names)]
    chosen = data.draw(st.lists(st.sampled_from(people), unique=True))
    lines = []
    for number, person in enumerate(chosen, start=1):
        written = data.draw(st.sampled_from(["{}", " {} ", "{}同志", "{}（线上）", "@{}"])).format(
            person.name
        )
        if data.draw(st.booleans()):
            written = written.replace(person.name, " ".join(person.name))
        lines.append(
            data.draw(st.sampled_from(["", "{}. ", "{}、", "{}）", "（{}）"])).format(number) + written
        )
    found = match_names("\n".join(lines), people)
    assert set(found.sure) == {person.key for person in chosen}
    assert not found.doubts
    assert not found.unmatched


@given(rosters, st.text(max_size=300))
def test_no_text_breaks_it_and_no_name_is_invented(names, text):
    people = [Listed(str(number), name) for number, name in enumerate(names)]
    found = match_names(text, people)
    for key in found.sure:
        assert plain(names[int(key)]) in plain(text)
    assert len(read_names(text, names)) >= len(found.sure)


@given(rosters, st.lists(name, max_size=8))
def test_every_name_ends_somewhere(names, strangers):
    """Sure, doubtful or shown: one place for each unit of the text."""
    people = [Listed(str(number), name) for number, name in enumerate(names)]
    found = match_names("\n".join(strangers), people)
    places = len(found.doubts) + len(found.unmatched) + len({n.name for n in found.sure.values()})
    assert places == len(found.doubts) + len(found.unmatched) + len(set(strangers) & set(names))
    assert len(found.unmatched) + len(found.doubts) == len([s for s in strangers if s not in names])


@given(name, name)
def test_suggestions_are_symmetric(one, other):
    assert one_differs(one, other) == one_differs(other, one)
    assert not one_differs(one, one)
    assert sound(one) == sound(one)
