"""All 118 cases of the catalogue have a test: in this folder, with the subject itself, or the reason why there is nothing to test."""

import ast
import importlib
from pathlib import Path

from tests.corpus.cases import HERE, NUMBERS
from tests.source import ROOT, none

ID, ROSTER, PHONE = (f"tests/members/rules/test_{name}.py" for name in ("national_id", "roster", "phone"))
CORPUS = "tests/members/test_import_corpus.py::test_awkward"
OUT, ARTICLE = "tests/branch_portal/test_http_out.py", "tests/learning/test_article.py"
#: Number → the test that stands for it, beside what it belongs to.
ELSEWHERE = {
    "B23": f"{ID}::test_what_is_refused",
    "B24": f"{ID}::test_ways_to_type_it",
    "B25": f"{ID}::test_what_is_refused",
    "B26": f"{ID}::test_what_is_refused",
    "B27": f"{ID}::test_what_is_refused",
    "B28": f"{ROSTER}::test_findings",
    "B29": f"{ROSTER}::test_findings",
    "B30": "tests/members/test_actions.py::test_the_same_number_twice_is_refused_by_the_database",
    "B31": f"{ID}::test_numeric_cell_is_ruined_and_says_how_to_mend",
    "B32": f"{PHONE}::test_mobile_is_taken",
    "B33": f"{PHONE}::test_mobile_is_refused",
    "B34": f"{ROSTER}::test_findings",
    "D57": "tests/members/test_import_size.py::test_one_more_is_refused",
    "D65": CORPUS,
    "D66": CORPUS,
    "D67": CORPUS,
    "D68": CORPUS,
    "D69": CORPUS,
    "D70": CORPUS,
    "D71": "tests/members/test_import_targets.py::test_who_is_in_another_branch_is_not_moved",
    "D72": "tests/members/test_import_targets.py::test_rows_name_their_branch_below_the_target_and_nothing_outside_is_told",
    "D73": "tests/members/test_import_size.py::test_one_more_is_refused",
    "D74": CORPUS,
    "D75": CORPUS,
    "D78": "tests/members/test_import.py::test_our_own_export_comes_back_without_a_change",
    "E87": "tests/branch_portal/test_markings.py::test_no_file_with_a_mark_is_kept",
    **{
        f"F{number}": f"{ARTICLE}::test_nothing_that_acts_comes_out"
        for number in (88, 89, 90, 91, 92, 93, 95)
    },
    "F94": f"{ARTICLE}::test_a_page_pasted_from_elsewhere",
    "G99": "tests/activities/test_signin.py::test_a_member_signs_in_with_one_tap_and_again_is_the_same",
    "G101": "tests/activities/test_signin.py::test_strangers_learn_nothing",
    "G102": "tests/activities/test_signin.py::test_closed_is_closed_and_opens_again",
    "H104": f"{OUT}::test_no_other_spelling_is",
    "H105": f"{OUT}::test_inside_is_not_public",
    "H106": f"{OUT}::test_a_name_that_leads_inside_is_not_called",
    "H107": f"{OUT}::test_a_redirect_is_an_answer_and_leads_nowhere",
    "H108": f"{OUT}::test_no_other_spelling_is",
    "H109": f"{OUT}::test_no_other_spelling_is",
    "H110": f"{OUT}::test_no_other_spelling_is",
    "H111": f"{OUT}::test_no_other_spelling_is",
    "I114": "tests/members/test_account_links.py::test_spent_void_late_and_unknown_links_get_the_same_words",
    "I115": "tests/members/test_two_step.py::test_a_code_is_used_once_also_in_another_browser",
    "I116": "tests/security/test_forged_input.py::test_a_session_is_new_after_signing_in_and_void_after_a_new_password",
}
#: Number → why there is nothing to test.
DOES_NOT_APPLY = {
    "G100": "no device is noted at sign-in (docs/roll.md): a sign-in only suggests, the secretary confirms every line of the roll",
}


def test_every_number_has_its_place_and_only_one_kind_of_it():
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        importlib.import_module(f"tests.corpus.{path.stem}")
    missing = [
        number
        for number in NUMBERS
        if not (number in HERE or number in ELSEWHERE or number in DOES_NOT_APPLY)
    ]
    none([f"{number} has no test" for number in missing])
    assert len(NUMBERS) == 118
    assert set(ELSEWHERE) | set(DOES_NOT_APPLY) <= set(NUMBERS)
    assert not set(DOES_NOT_APPLY) & (set(HERE) | set(ELSEWHERE))


def test_the_tests_elsewhere_exist():
    findings = []
    for number, place in ELSEWHERE.items():
        file, _, name = place.partition("::")
        path = ROOT / file
        known = {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)} if path.exists() else set()  # fmt: skip
        if name not in known:
            findings.append(f"{number}: {place} is no test")
    none(findings)
