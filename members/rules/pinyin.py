"""Pinyin of names, for sorting and for search by pinyin or initials, with the readings that surnames have.

``ü`` is written v, as it is typed. Only the spelling is kept: ``zhang san`` and ``zs``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from branch_portal.pinyin import lazy_pinyin

#: Surnames read otherwise than the character standing alone, and 任 and 华, so that no update can move them.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren", "朴": "piao",
    "翟": "zhai", "盖": "ge", "缪": "miao", "乐": "yue", "覃": "qin", "员": "yun", "贠": "yun", "秘": "bi",
    "种": "chong", "召": "shao", "折": "she", "黑": "he", "洗": "xian", "繁": "po", "卜": "bu", "阚": "kan",
    "隗": "wei", "祭": "zhai", "佴": "nai", "炅": "gui", "句": "gou", "长": "chang", "薄": "bo", "能": "nai",
    "粘": "nian", "华": "hua",
}  # fmt: skip

#: Compound surnames; those whose reading pypinyin knows are listed for their boundary.
COMPOUND_SURNAMES = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu", "澹台": "tan tai",
    "欧阳": "ou yang", "司马": "si ma", "上官": "shang guan", "诸葛": "zhu ge", "司徒": "si tu",
    "皇甫": "huang fu", "慕容": "mu rong", "夏侯": "xia hou", "公孙": "gong sun", "宇文": "yu wen",
    "端木": "duan mu", "东方": "dong fang", "独孤": "du gu", "南宫": "nan gong", "申屠": "shen tu",
    "钟离": "zhong li", "呼延": "hu yan", "赫连": "he lian", "轩辕": "xuan yuan", "闻人": "wen ren",
    "鲜于": "xian yu", "拓跋": "tuo ba", "太史": "tai shi", "淳于": "chun yu", "濮阳": "pu yang",
}  # fmt: skip

_DOTS = re.compile(r"[\s\-·•‧・･．.∙⋅]+")
_KEPT = re.compile(r"[^\W_]")


def name_pinyin(name: str) -> str:
    """``张三`` → ``zhang san``: syllables in lower case, parted by one space; Latin parts stay as words."""
    return " ".join(_syllables(name))


def name_initials(name: str) -> str:
    """``张三`` → ``zs``: the first letter of every syllable."""
    return "".join(syllable[0] for syllable in _syllables(name))


def _syllables(name: str) -> list[str]:
    parts = [part for part in _DOTS.split(unicodedata.normalize("NFKC", name).strip()) if part]
    if not parts:
        return []
    if len(parts) > 1:
        # 买买提·艾力: the first part is a given name, so no surname reading applies.
        return [syllable for part in parts for syllable in _plain(part)]
    text = parts[0]
    if len(text) > 2 and text[:2] in COMPOUND_SURNAMES:
        return [*COMPOUND_SURNAMES[text[:2]].split(), *_plain(text[2:])]
    if text[0] in SURNAMES:
        return [SURNAMES[text[0]], *_plain(text[1:])]
    return [*_plain(text[0]), *_plain(text[1:])] if _is_han(text[0]) else [*_plain(text)]


@lru_cache(maxsize=10_000)
def _plain(text: str) -> tuple[str, ...]:
    """Surnames and given names recur in every roster, and a look into the dictionaries costs as much as all the rest."""
    result = []
    for syllable in lazy_pinyin(text):
        clean = "".join(_KEPT.findall(syllable)).lower()
        if clean:
            result.append(clean)
    return tuple(result)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
