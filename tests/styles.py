"""Classes of Bootstrap that a page shows though their rules are not served."""

import re
from functools import cache

from django.conf import settings

from branch_portal.static_files import THINNED, used_classes


@cache
def _left_out() -> frozenset[str]:
    sheet = (settings.BASE_DIR / "static" / THINNED).read_text(encoding="utf-8")
    return frozenset(re.findall(r"\.([A-Za-z_][\w-]*)", sheet)) - used_classes(sheet)


def unstyled(html: str) -> set[str]:
    """The names; every element counts."""
    shown = {name for names in re.findall(r'\bclass="([^"]*)"', html) for name in names.split()}
    return shown & _left_out()
