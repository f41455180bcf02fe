"""Cases A: every form of the portal, filled with whatever can be typed. Never an error, never half a change, never markup."""

import logging

import pytest
from django import forms
from django.urls import reverse

from tests.access_objects import objects_of_branch_a
from tests.access_table import ROUTES
from tests.corpus.asker import ENCODED, Asker, QuietLog, mixed
from tests.corpus.cases import covers
from tests.corpus.pages import READERS, forms_of
from tests.corpus.texts import ALL, TYPED
from tests.routes import filled, routes
from tests.source import none
from tests.test_access import path_values

covers("A18", "every field twice")
covers("A19", "2,500 fields")
covers("A20", "10,000 brackets in the one field that is JSON, and as a body")
#: For one submission: every case in each form, each time in other fields. The rest is in the long run.
_A_SUBMISSION_TAKES = 2


@pytest.fixture
def things(world):
    return objects_of_branch_a(world)


@pytest.fixture
def asker(world, things):
    return Asker(world)


@pytest.fixture
def shown(world, things):
    return list(forms_of(world, things).values())


@pytest.fixture
def log():
    """Fails at the end when a line of the log carries typed control characters."""
    handler = QuietLog()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    none(handler.raw)


def _sent(asker, shown, turns) -> list[str]:
    findings = []
    values = [value for _, value in ALL]
    for form in shown:
        for turn in turns:
            findings += asker.post(form.reader, form.path, mixed(form, values, turn))
    return findings


def test_every_form_takes_what_it_shows_and_refuses_the_rest_in_words(things, asker, shown, log):
    """First as it stands, so that it is known to be understood; then with every field twice; then full of everything.

    At last the buttons that only show in another state or to somebody else.
    """
    assert len(shown) >= 290
    findings = []
    for form in shown:
        body = "&".join(f"{name}={value}" for name, value in form.typed())
        findings += asker.post(form.reader, form.path, body)
    # Many are good enough to be carried out: the rest of this test reaches actions.
    assert asker.statuses[302] >= 110, asker.statuses
    for form in shown:
        if form.free():
            body = "&".join(f"{name}={value}" for name, value in form.typed())
            findings += asker.post(form.reader, form.path, f"{body}&{body.replace('=', '=x')}")
    shown = [form for form in shown if len(form.fields) > 1]  # more than the token: the others take nothing
    findings += _sent(asker, shown, range(0, len(ALL), len(ALL) // _A_SUBMISSION_TAKES + 1))
    others, sent = _without_a_page(things, asker, shown)
    none(findings + others)
    assert sent >= 80


@pytest.mark.long
def test_every_value_in_every_place_of_every_form(asker, shown, log):
    none(_sent(asker, shown, range(len(ALL))))


@pytest.mark.long
def test_one_bad_field_among_good_ones(asker, shown, log):
    """Everything else is right, so that whatever is not refused reaches the action, the database and the next page."""
    findings = []
    for form in shown:
        for field in form.free():
            for value in (values[0] for values in TYPED.values()):
                body = "&".join(f"{name}={each}" for name, each in form.typed(**{field.name: value}))
                findings += asker.post(form.reader, form.path, body)
    none(findings)


def _names_of_fields() -> list[str]:
    """Every name that a form of the product declares."""
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        waiting += (kinds := waiting.pop().__subclasses__())
        for kind in kinds:
            found |= set(getattr(kind, "base_fields", {}))
    return sorted(found - {"csrfmiddlewaretoken"})


def _without_a_page(things, asker, shown) -> tuple[list[str], int]:
    """Buttons that only show in another state or to somebody else: their addresses get every name there is."""
    seen = {form.route for form in shown}
    by_key = {route.key: route for route in routes()}
    names = [name for name in _names_of_fields() if name != "submission_key"]
    findings, sent = [], 0
    for key, line in ROUTES.items():
        reader = next((name for name in READERS if line.post[name] in (200, 302)), None)
        if key in seen or reader is None:
            continue
        path = filled(by_key[key].pattern, path_values(line, things))
        for turn in (0, len(ALL) // 2):
            values = (ALL[(place + turn) % len(ALL)][1][:3000] for place in range(len(names)))
            body = "&".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
            findings += asker.post(reader, path, body)
            sent += 1
    return findings, sent


def test_too_many_fields_and_too_deep_json(world, as_user):
    client = as_user(world.staff)
    client.raise_request_exception = False
    officer = as_user(world.secretary_a)
    officer.raise_request_exception = False
    many = "&".join(f"f{number}=1" for number in range(2500))
    assert officer.post("/members/new/", many, content_type=ENCODED).status_code == 400
    deep = "[" * 10_000 + "]" * 10_000
    answer = client.post(
        reverse("admin:list-export", args=["members", "partyorganization"]), {"chosen": deep}
    )
    assert answer.status_code == 422
    assert "选择的内容无法读取" in answer.content.decode()
    for path in ("/members/new/", "/accounts/act-for/", "/keep/test.form:1/"):
        assert officer.post(path, deep, content_type="application/json").status_code < 500
