"""How a name is kept: half-width, without invisible characters, without the blanks that tables put between two characters."""

import unicodedata


def plain_text(value: str) -> str:
    """Text as typed, on one line, without control and direction characters, blanks at the ends dropped."""
    if value.isprintable():
        return value.strip()  # nearly every text: its only white space is the blank
    one_line = (" " if c.isspace() else c for c in value)
    return "".join(c for c in one_line if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip()


def tidy_name(value: str) -> str:
    """张 三 → 张三; the blanks between the words of a name in Latin letters stay, the dot of 阿卜杜·热合曼 is one dot."""
    text = plain_text(unicodedata.normalize("NFKC", value)).replace("•", "·").replace("・", "·")
    words = text.split()
    return " ".join(words) if text.isascii() else "".join(words)
