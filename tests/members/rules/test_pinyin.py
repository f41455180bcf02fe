import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.pinyin import COMPOUND_SURNAMES, name_initials, name_pinyin


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhang san", "zs"),
        ("单雄信", "shan xiong xin", "sxx"),
        ("曾国藩", "zeng guo fan", "zgf"),
        ("仇英", "qiu ying", "qy"),
        ("解缙", "xie jin", "xj"),
        ("区海伦", "ou hai lun", "ohl"),
        ("查良镛", "zha liang yong", "zly"),
        ("任伟", "ren wei", "rw"),
        ("华罗庚", "hua luo geng", "hlg"),
        ("朴树", "piao shu", "ps"),
        ("翟天临", "zhai tian lin", "ztl"),
        ("盖叫天", "ge jiao tian", "gjt"),
        ("缪伟", "miao wei", "mw"),
        ("乐嘉", "yue jia", "yj"),
        ("覃勇", "qin yong", "qy"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("尉健", "wei jian", "wj"),
        ("万俟卨", "mo qi xie", "mqx"),
        ("万里", "wan li", "wl"),
        ("长孙无忌", "zhang sun wu ji", "zswj"),
        ("欧阳锋", "ou yang feng", "oyf"),
        ("吕布", "lv bu", "lb"),
        ("高单", "gao dan", "gd"),
        ("买买提·艾力", "mai mai ti ai li", "mmtal"),
        ("单巴•扎西", "dan ba zha xi", "dbzx"),
        ("Li Ming", "li ming", "lm"),
        ("张A", "zhang a", "za"),
        (" 李 四 ", "li si", "ls"),
        ("", "", ""),
        ("·", "", ""),
    ],
)
def test_names(name, pinyin, initials):
    assert (name_pinyin(name), name_initials(name)) == (pinyin, initials)


def test_compound_surnames_have_two_syllables():
    assert {len(reading.split()) for reading in COMPOUND_SURNAMES.values()} == {2}


def test_rare_character_is_kept():
    assert name_pinyin("李𠮷") in {"li 𠮷", "li ji"}


@given(st.text(max_size=20))
def test_any_text_is_answered(text):
    syllables = name_pinyin(text).split(" ") if name_pinyin(text) else []
    assert all(syllables)
    assert len(name_initials(text)) == len(syllables)
