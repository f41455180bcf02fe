"""Articles of lessons: text in a simple markup, never HTML, and the markup made from what people paste.

    # 一级标题      ## 二级标题      - 列表      1. 编号列表      > 引文      **加粗**      [文字](地址)

What is stored is text. What is shown is built from it piece by piece with escaping, so there is nothing that a foreign
page could smuggle in: no tag, attribute or address reaches the reader that is not written in this module.
"""

import re
import unicodedata
from html.parser import HTMLParser

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MAX_LENGTH = 50_000
#: As much pasted HTML is looked at; a page of a word processor is far larger than its text.
MAX_HTML = 1_000_000

_HEADINGS = {"#": "<h2>{}</h2>", "##": "<h3>{}</h3>"}
_BLOCKS = {"p": "<p>{}</p>", "quote": "<blockquote><p>{}</p></blockquote>", **_HEADINGS}
_LISTS = {"ul": "<ul>{}</ul>", "ol": "<ol>{}</ol>"}
_ITEM = "<li>{}</li>"
_BOLD = "<strong>{}</strong>"
_INSIDE = '<a href="{}">{}</a>'
_OUTSIDE = '<a href="{}" rel="noopener noreferrer nofollow">{}</a>'

_LINE = re.compile(r"^(?P<mark>##?|[-*•·]|\d{1,3}[.)]|>)\s+(?P<rest>.+)$")
_INLINE = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,500})\*\*|\[(?P<words>[^\[\]\n]{1,200})\]\((?P<address>[^()\s]{1,500})\)"
)
#: Addresses that a link may have: a page of the portal, or a web page.
_ADDRESS = re.compile(r"(?i)^(?:/(?![/\\])|https?:[/]{2}[^/\\@]+(?:/|$))[^\s\\<>\"'`]*$")


def article_html(text: str) -> SafeString:
    """The article as markup for the page."""
    blocks: list[SafeString] = []
    items: list[SafeString] = []
    open_list = ""
    for line in text.splitlines():
        kind, rest = _read(line)
        if kind != open_list and items:
            blocks.append(_list(open_list, items))
            items = []
        open_list = kind if kind in _LISTS else ""
        if kind in _LISTS:
            items.append(format_html(_ITEM, _inline(rest)))
        elif rest:
            block = _BLOCKS[kind]
            blocks.append(format_html(block, _inline(rest)))
    if items:
        blocks.append(_list(open_list, items))
    return format_html_join("\n", "{}", ((block,) for block in blocks))


def _list(kind: str, items: list[SafeString]) -> SafeString:
    frame = _LISTS[kind]
    return format_html(frame, format_html_join("", "{}", ((item,) for item in items)))


def _read(line: str) -> tuple[str, str]:
    """(kind of block, its text)."""
    line = line.strip()
    found = _LINE.match(line)
    if found is None:
        return "p", line
    mark, rest = found["mark"], found["rest"]
    if mark in _HEADINGS:
        return mark, rest
    if mark == ">":
        return "quote", rest
    return ("ol", rest) if mark[0].isdigit() else ("ul", rest)


def _inline(text: str) -> SafeString:
    pieces: list[str] = []
    last = 0
    for found in _INLINE.finditer(text):
        pieces.append(text[last : found.start()])
        last = found.end()
        if found["bold"]:
            pieces.append(format_html(_BOLD, found["bold"]))
        elif is_address(found["address"]):
            frame = _INSIDE if found["address"].startswith("/") else _OUTSIDE
            pieces.append(format_html(frame, found["address"], found["words"]))
        else:
            pieces.append(found["words"])
    pieces.append(text[last:])
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def is_address(address: str) -> bool:
    return _ADDRESS.match(address) is not None and not _invisible(address)


def _invisible(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cf"} for character in text)


def clean_article(text: str) -> str:
    """What is stored of what was typed or pasted: HTML becomes the markup, control characters go, blank lines shrink."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in _DROPPED)
    if _looks_like_html(text):
        reader = _Reader()
        reader.feed(text[:MAX_HTML])
        reader.close()
        text = reader.markup()
    lines = [re.sub(r"[ \t\u3000]+$", "", line) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


#: Control and format characters (RTL overrides, zero width) and halves of characters.
_DROPPED = {"Cc", "Cf", "Cs"}
_HTML = re.compile(
    r"(?i)<(?:!doctype|html|body|div|p|span|h[1-6]|ul|ol|li|table|section|article|script|style|svg|math|iframe|img|br|a|b|strong|font|form|input|button|object|embed|meta|link|base|template|noscript|o:p)\b[^<>]{0,2000}>"
)


def _looks_like_html(text: str) -> bool:
    return _HTML.search(text[:MAX_HTML]) is not None


class _Reader(HTMLParser):
    """Takes the words out of HTML and keeps headings, lists, bold, quotes and links as markup."""

    _SILENT = frozenset(
        [
            "script",
            "style",
            "head",
            "title",
            "template",
            "noscript",
            "svg",
            "math",
            "iframe",
            "object",
            "embed",
            "textarea",
            "select",
            "xmp",
            "noembed",
            "noframes",
        ]
    )
    _ENDS_LINE = frozenset(
        [
            "p",
            "div",
            "section",
            "article",
            "header",
            "footer",
            "main",
            "table",
            "tr",
            "ul",
            "ol",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "dd",
            "dt",
            "figure",
            "pre",
        ]
    )
    _MARKS = {"h1": "# ", "h2": "# ", "h3": "## ", "h4": "## ", "h5": "## ", "h6": "## ", "blockquote": "> "}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._mark = ""
        self._silent: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._bolds: list[int] = []

    def markup(self) -> str:
        self._break()
        return "\n\n".join(self._lines).replace("\n\n- ", "\n- ")

    def handle_starttag(self, tag, attrs) -> None:
        if tag in self._SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if tag in self._ENDS_LINE or tag == "br":
            self._break()
        if tag in self._MARKS:
            self._mark = self._MARKS[tag]
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._mark = self._item()
        elif tag in ("b", "strong"):
            self._bolds.append(len(self._line))
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._line)))
        elif tag in ("td", "th") and self._line:
            self._line.append("　")

    def _item(self) -> str:
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            return f"{self._lists[-1]}. "
        return "- "

    def handle_endtag(self, tag) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
            return
        if self._silent:
            return
        if tag in ("b", "strong") and self._bolds:
            self._wrap(self._bolds.pop(), "**", "**")
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            if is_address(address.strip()) and not re.search(r"[()]", address):
                self._wrap(start, "[", f"]({address.strip()})")
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in self._ENDS_LINE:
            self._break()

    def _wrap(self, start: int, before: str, after: str) -> None:
        words = "".join(self._line[start:])
        inside = words.strip()
        if start <= len(self._line) and inside and not re.search(r"[\[\]*]", inside):
            self._line[start:] = [f"{before}{inside}{after}"]

    def handle_data(self, data) -> None:
        if not self._silent:
            # A written-out "<" must not be taken for a tag when the text is saved the next time.
            self._line.append(re.sub(r"\s+", " ", data).replace("<", "＜"))

    def _break(self) -> None:
        words = re.sub(r" {2,}", " ", "".join(self._line)).strip()
        if words:
            self._lines.append(self._mark + words)
            self._mark = ""
        self._line.clear()
        self._links.clear()
        self._bolds.clear()
