"""Every stored field has a class; what is sensitive is sealed or says why not, and stands in no address."""

import re

import pytest
from django.contrib import admin
from django.urls import get_resolver

from branch_portal import data_classes
from branch_portal.data_classes import Level, as_markdown, classes_of, level_of, mistakes, own_models
from branch_portal.forms import FilterForm
from branch_portal.local.paths import ROOT
from branch_portal.retention import retention_rules
from members.models import Member
from tests.routes import routes
from tests.source import none
from tests.test_conventions_models import own_forms

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


def sensitive_names() -> set[str]:
    """Names of L3 and L4 fields that say by themselves what they hold; `reason`, `content` and the like are also others'."""
    return {
        each.name
        for model in own_models()
        for each in classes_of(model)
        if each.level is not None and each.level >= Level.L3
    } - {"content", "reason", "data", "note", "grade", "asked", "secret", "network", "url", "ip", "user_label", "follow_up"}  # fmt: skip


def test_every_field_has_a_class_and_what_is_sensitive_is_sealed_or_says_why_not():
    none(mistakes())


def test_a_new_text_field_is_noticed(monkeypatch):
    declared = data_classes._declared["members.Member"]
    fewer = {name: level for name, level in declared.fields.items() if name != "employer"}
    changed = data_classes.Declared(declared.rows, fewer | {"mobile_tail": Level.L3}, declared.plain)
    monkeypatch.setitem(data_classes._declared, "members.Member", changed)
    assert mistakes() == [
        "members.Member.employer has no class",
        "members.Member.mobile_tail is L3, not sealed, and no reason is given",
    ]
    monkeypatch.delitem(data_classes._declared, "members.Member")
    assert "members.Member.gender has no class" in mistakes()


@pytest.mark.parametrize("name", Member.SEALED_FIELDS)
def test_what_a_card_seals_is_at_least_l3(name):
    assert level_of(Member, name) >= Level.L3


def test_the_table_in_the_documents_is_of_today():
    assert (ROOT / "docs" / "data-classes.md").read_text() == as_markdown(), (
        "manage.py data_classes > docs/data-classes.md"
    )


def test_no_address_names_something_sensitive():
    """What stands in a path or a query string is in logs, histories and bookmarks."""
    sensitive = sensitive_names()
    assert {"id_number", "mobile", "home_address", "birth_date", "password"} <= sensitive
    parts = {name for route in routes() for name in CONVERTER.findall(route.pattern)}
    found = [f"a path has <{name}>" for name in sorted(parts & sensitive)]
    found += [
        f"{form.__name__} asks for {name} by GET"
        for form in own_forms()
        if issubclass(form, FilterForm)
        for name in form.base_fields
        if name in sensitive
    ]
    for model, handler in admin.site._registry.items():
        named = {*handler.search_fields, *(entry for entry in handler.list_filter if isinstance(entry, str))}
        found += [f"{model._meta.label} is searched by {name}" for name in named if name.split("__")[0] in sensitive]  # fmt: skip
    none(found)
    assert get_resolver().url_patterns


def test_the_retention_table_in_the_documents_is_of_today():
    lines = [
        f"| `{rule.key}` | {rule.data} | {rule.days} | {rule.minimum} | {rule.then} |"
        for rule in retention_rules()
    ]
    text = (ROOT / "docs" / "data-protection.md").read_text()
    assert "\n".join(lines) in text, "\n".join(lines)
