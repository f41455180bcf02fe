"""Static files as they are served: hashed, compressed, and Bootstrap's style sheet without the rules that no page can use.

Of its two thousand classes the portal uses about a hundred; a phone would read 230 kB to leave nine tenths unused. What is used is
what any template, module or script names, so a class that is named anywhere stays; of one that is put together (`is-{{ state }}`) all
that begin so stay. Left out are the components that only the templates of libraries name, the dark scheme, and values that nothing
reads. The portal's own sheets lose their comments, and take in what they import.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath

import tinycss2
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.template import engines
from tinycss2.ast import (
    AtRule,
    CurlyBracketsBlock,
    Declaration,
    IdentToken,
    LiteralToken,
    Node,
    QualifiedRule,
    WhitespaceToken,
)
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What is thinned out: style sheets of others, of which the portal uses a part.
THINNED = "vendor/bootstrap.min.css"
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_BEGINNING = re.compile(r"([A-Za-z_][\w-]*-)\{")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_IMPORT = re.compile(r'@import "([^"]+)";')
_GROUPS = ("media", "supports")
#: Named by templates of libraries that the portal does not render; `tests/security/test_leaks.py` asks every page.
_UNUSED = re.compile(
    r"accordion|blockquote|btn-(close|check)|collaps|column-gap|dropdown|form-(floating|switch)|input-group|m-\w|modal|nav-|progress"
    r"|row-(cols|gap)|tab-|tooltip|(in)?valid-tooltip|col-form-label|container|fade|is-valid|valid-|pagination|placeholder|ratio"
)
_DARK = "data-bs-theme"
_PARTING = (";", ",")
_READ = re.compile(r"var\(\s*(--[\w-]+)")


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage; smaller style sheets take the place of the written ones before names are made from contents."""

    def post_process(self, paths, dry_run=False, **options):
        smaller = {} if dry_run else {name: _served(name, paths) for name in paths if _is_ours(name)}
        for name, sheet in smaller.items():
            self.delete(name)
            self._save(name, ContentFile(sheet.encode()))
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _is_ours(name: str) -> bool:
    return name == THINNED or (name.startswith("css/") and name.endswith(".css"))


def _served(name: str, paths: dict[str, tuple]) -> str:
    """A style sheet as it is sent: what it imports stands in it, so that a page asks once."""
    storage, path = paths[name]
    with storage.open(path) as written:
        sheet = written.read().decode()
    if name == THINNED:
        return thinned(sheet)
    imported = (_served(normpath(join(dirname(name), other)), paths) for other in _IMPORT.findall(sheet))
    return "".join([*imported, tight(_IMPORT.sub("", sheet))])


def thinned(sheet: str) -> str:
    """Bootstrap's style sheet without selectors that name a class which `used_classes` does not hold, and without values of the
    root that neither it nor one of the portal's sheets reads."""
    kept = _kept(
        tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), used_classes(sheet)
    )
    read = _values_elsewhere().union(_READ.findall(tinycss2.serialize(kept)))
    for rule in kept:
        if isinstance(rule, QualifiedRule) and tinycss2.serialize(rule.prelude) == ":root":
            rule.content = _values_read(rule.content, read)
    return tinycss2.serialize(kept)


def tight(sheet: str) -> str:
    """The style sheet without its comments, and with single spaces."""
    return tinycss2.serialize(_single(tinycss2.parse_component_value_list(sheet, skip_comments=True)))


def _single(nodes: list[Node]) -> list[Node]:
    """One space for any white space, none at the ends of a block or beside what parts declarations and rules."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, WhitespaceToken):
            if (
                found
                and not isinstance(found[-1], WhitespaceToken | CurlyBracketsBlock)
                and found[-1] not in _PARTING
            ):
                found.append(WhitespaceToken(0, 0, " "))
            continue
        if (
            found
            and isinstance(found[-1], WhitespaceToken)
            and (isinstance(node, CurlyBracketsBlock) or node in _PARTING)
        ):
            found.pop()
        if isinstance(node, CurlyBracketsBlock):
            node.content = _single([each for each in node.content if each.type != "comment"])
        found.append(node)
    while found and isinstance(found[-1], WhitespaceToken):
        found.pop()
    return found


def used_classes(sheet: str) -> frozenset[str]:
    """Classes of the sheet that are named somewhere in the portal or in what it is made of, but for `_UNUSED`."""
    words, beginnings = _named()
    found = {name for name in _CLASS.findall(sheet) if not _UNUSED.match(name)}
    return frozenset(name for name in found if name in words or name.startswith(beginnings))


def _values_read(content: list[Node], read: frozenset[str]) -> list[Node]:
    """A block without the custom properties that nothing reads."""
    return [
        node
        for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if not (isinstance(node, Declaration) and node.name.startswith("--") and node.name not in read)
    ]


@cache
def _values_elsewhere() -> frozenset[str]:
    """Custom properties that other style sheets, templates, modules or scripts read."""
    sheets = [file for folder in settings.STATICFILES_DIRS for file in Path(folder).rglob("*.css")]
    read = (file.read_text(encoding="utf-8") for file in sheets if not file.as_posix().endswith(THINNED))
    return frozenset(name for text in (*read, *map(_text, _files())) for name in _READ.findall(text))


def _kept(rules: list[Node], used: frozenset[str]) -> list[Node]:
    found: list[Node] = []
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            rule.prelude = _selectors(rule.prelude, used)
            if rule.prelude:
                found.append(rule)
        elif isinstance(rule, AtRule) and rule.lower_at_keyword in _GROUPS:
            inner = tinycss2.parse_rule_list(rule.content or [], skip_comments=True, skip_whitespace=True)
            rule.content = _kept(inner, used)
            if rule.content:
                found.append(rule)
        else:
            found.append(rule)
    return found


def _selectors(prelude: list[Node], used: frozenset[str]) -> list[Node]:
    """Those of the comma-separated selectors that may match something."""
    kept: list[Node] = []
    for selector in _split(prelude):
        if _DARK not in tinycss2.serialize(selector) and all(name in used for name in _classes(selector)):
            kept += [*([LiteralToken(0, 0, ",")] if kept else []), *selector]
    return kept


def _split(prelude: list[Node]) -> Iterator[list[Node]]:
    part: list[Node] = []
    for node in prelude:
        if node == ",":
            yield part
            part = []
        else:
            part.append(node)
    yield part


def _classes(selector: list[Node]) -> Iterator[str]:
    """Classes that an element must have; what stands in brackets, as in `:not(.x)`, is no demand."""
    for before, node in pairwise(selector):
        if before == "." and isinstance(node, IdentToken):
            yield node.value


@cache
def _named() -> tuple[frozenset[str], tuple[str, ...]]:
    """(all words, all beginnings of words that are put together) of templates, modules and the portal's own scripts."""
    words, beginnings = set(), set()
    for file in _files():
        text = _text(file)
        words.update(_WORD.findall(text))
        beginnings.update(_BEGINNING.findall(text))
    return frozenset(words), tuple(sorted(beginnings))


def _files() -> Iterator[Path]:
    for app in apps.get_app_configs():
        yield from Path(app.path).rglob("*.py")
        yield from Path(app.path).rglob("*.html")
    for engine in engines.all():
        for templates in engine.dirs:
            yield from Path(templates).rglob("*.html")
    for folder in settings.STATICFILES_DIRS:
        yield from (Path(folder) / "js").rglob("*.js")


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
