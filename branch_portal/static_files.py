"""Static files as they are served: hashed, compressed, and Bootstrap's style sheet without the rules that no page can use.

Of its two thousand classes the portal uses about a hundred and fifty; a phone would read 230 kB to leave nine tenths unused. What is
used is what any template, module or script names, so a class that is named anywhere stays; of one that is put together
(`is-{{ state }}`) all that begin so stay.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import tinycss2
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.template import engines
from tinycss2.ast import AtRule, IdentToken, LiteralToken, Node, QualifiedRule
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What is thinned out: style sheets of others, of which the portal uses a part.
THINNED = "vendor/bootstrap.min.css"
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_BEGINNING = re.compile(r"([A-Za-z_][\w-]*-)\{")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_GROUPS = ("media", "supports")


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage; the thinned style sheet takes the place of the whole one before names are made from contents."""

    def post_process(self, paths, dry_run=False, **options):
        if THINNED in paths and not dry_run:
            source, path = paths[THINNED]
            with source.open(path) as whole:
                thin = thinned(whole.read().decode())
            self.delete(THINNED)
            self._save(THINNED, ContentFile(thin.encode()))
            paths[THINNED] = (self, THINNED)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def thinned(sheet: str) -> str:
    """The style sheet without the selectors that name a class which `used_classes` does not hold."""
    used = used_classes(sheet)
    return tinycss2.serialize(
        _kept(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), used)
    )


def used_classes(sheet: str) -> frozenset[str]:
    """Classes of the sheet that are named somewhere in the portal or in what it is made of."""
    words, beginnings = _named()
    found = set(_CLASS.findall(sheet))
    return frozenset(name for name in found if name in words or name.startswith(beginnings))


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
        if all(name in used for name in _classes(selector)):
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
        text = file.read_text(encoding="utf-8", errors="replace")
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
