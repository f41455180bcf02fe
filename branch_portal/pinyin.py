"""How Chinese characters are read. The dictionaries fill 30 MB, so only a process that is asked for readings holds them."""

import os


def lazy_pinyin(text: str) -> list[str]:
    """One syllable without its tone a character, ü as v; what is not Chinese stays as it is."""
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")  # nothing here adds words of its own to them
    from pypinyin import lazy_pinyin as read

    return read(text)
