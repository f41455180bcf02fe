"""Bootstrap's style sheet as it is served: without what no page uses, and with everything that one does."""

import re

from django.conf import settings

from branch_portal.static_files import THINNED, thinned
from tests.styles import unstyled

_SHEET = (settings.BASE_DIR / "static" / THINNED).read_text(encoding="utf-8")


def test_what_no_page_names_goes_and_the_rest_stays_in_its_order():
    sheet = (
        "/*! a licence */:root{--x:1px}.btn,.carousel-item{color:red}.carousel{top:0}"
        "@media (min-width:9px){.carousel{top:1px}.btn:not(.carousel){top:2px}}@media print{.carousel>.btn{top:3px}}"
        "@keyframes fade{to{top:0}}.is-invalid~.invalid-feedback{display:block}a:hover{top:4px}"
    )
    assert thinned(sheet) == (
        ":root{--x:1px}.btn{color:red}@media (min-width:9px){.btn:not(.carousel){top:2px}}"
        "@keyframes fade{to{top:0}}.is-invalid~.invalid-feedback{display:block}a:hover{top:4px}"
    )


def test_a_phone_reads_a_third_of_it():
    thin = thinned(_SHEET)
    assert len(thin) < len(_SHEET) / 3
    # Of what stays nothing is changed: every declaration block stands in the whole sheet too.
    blocks = set(re.findall(r"\{([^{}]*)\}", _SHEET))
    assert set(re.findall(r"\{([^{}]*)\}", thin)) <= blocks


def test_what_a_page_shows_is_not_taken_from_it():
    """Every page is asked in `tests/security/test_leaks.py`; here that the question finds something."""
    assert "carousel" in unstyled('<p class="btn carousel">') and not unstyled(
        '<p class="btn status is-late">'
    )
