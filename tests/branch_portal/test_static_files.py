"""Bootstrap's style sheet as it is served: without what no page uses, and with everything that one does."""

import json
import re

from django.conf import settings
from django.core.management import call_command

from branch_portal.static_files import THINNED, thinned, tight
from tests.styles import unstyled

_SHEET = (settings.BASE_DIR / "static" / THINNED).read_text(encoding="utf-8")
_ROOT = re.search(r":root,\[data-bs-theme=light\]\{([^}]*)\}", _SHEET)[1]


def test_what_no_page_names_goes_and_the_rest_stays_in_its_order():
    sheet = (
        "/*! a licence */:root{--x:1px}.btn,.carousel-item{color:red}.carousel{top:0}"
        "@media (min-width:9px){.carousel{top:1px}.btn:not(.carousel){top:2px}}@media print{.carousel>.btn{top:3px}}"
        "@keyframes fade{to{top:0}}.is-invalid~.invalid-feedback{display:block}a:hover{top:var(--x)}"
    )
    assert thinned(sheet) == (
        ":root{--x:1px;}.btn{color:red}@media (min-width:9px){.btn:not(.carousel){top:2px}}"
        "@keyframes fade{to{top:0}}.is-invalid~.invalid-feedback{display:block}a:hover{top:var(--x)}"
    )


def test_a_phone_reads_a_seventh_of_it():
    thin = thinned(_SHEET)
    assert len(thin) < len(_SHEET) / 7
    # Of what stays nothing is changed: every declaration block stands in the whole sheet too, but for unread values of the root.
    changed = set(re.findall(r"\{([^{}]*)\}", thin)) - set(re.findall(r"\{([^{}]*)\}", _SHEET))
    assert changed and all(set(block.split(";")) <= {*_ROOT.split(";"), ""} for block in changed)


def test_a_value_that_something_reads_stays():
    kept = thinned(":root,[data-bs-theme=light]{--x:1px;--y:2px;--bs-form-select-bg-img:none}a{top:var(--x)}")
    assert kept == ":root{--x:1px;--bs-form-select-bg-img:none;}a{top:var(--x)}"
    assert (
        thinned("[data-bs-theme=dark]{--x:1px}[data-bs-theme=dark] .btn{top:0}a{top:var(--x)}")
        == "a{top:var(--x)}"
    )


def test_every_value_of_the_root_that_a_sheet_reads_is_given():
    own = "".join(
        file.read_text()
        for file in (settings.BASE_DIR / "static").rglob("*.css")
        if file.name != "bootstrap.min.css"
    )
    served = thinned(_SHEET) + own
    given, read = re.findall(r"(--[\w-]+)\s*:", served), re.findall(r"var\(\s*(--[\w-]+)", served)
    lost = {name for name in read if name not in given}
    assert not lost & set(re.findall(r"(--[\w-]+):", _ROOT))


def test_own_sheets_lose_comments_and_nothing_that_means_something():
    written = """/* who */ a:hover ,  .x > .y .z { /* why */ margin: 0 -1px ;
      width: calc(100% - (2px + 1px)); content: "a /* b */  c" }
    @media (min-width: 40em) and (hover) { .x:not( .y ) { top: 0 } }
    """
    assert tight(written) == (
        'a:hover,.x > .y .z{margin: 0 -1px;width: calc(100% - (2px + 1px));content: "a /* b */  c"}'
        "@media (min-width: 40em) and (hover){.x:not( .y ){top: 0}}"
    )


def test_what_a_page_shows_is_not_taken_from_it():
    """Every page is asked in `tests/security/test_leaks.py`; here that the question finds something."""
    assert "carousel" in unstyled('<p class="btn carousel">') and not unstyled(
        '<p class="btn status is-late">'
    )


def test_a_page_asks_for_one_sheet_that_holds_what_it_imports(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    storage = "branch_portal.static_files.PortalStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    site = (tmp_path / names["css/site.css"]).read_text()
    assert "@import" not in site and "/*" not in site
    assert site.startswith('@charset "UTF-8";')
    places = [site.index(rule) for rule in (".btn{", "--portal-red:", ".portal-table{")]
    assert places == sorted(places)  # the portal's own rules come after Bootstrap's
    assert (tmp_path / f"{names['css/site.css']}.gz").stat().st_size < 17_000
