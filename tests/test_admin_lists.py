"""Every list of the back office, complete by construction: the same statements for one row and for fifty, no full count, no
OFFSET, and pages that together are the whole list."""

import itertools
import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branch_portal.admin_list import decides, is_indexed
from members.models import User
from supervision.demo.accounts import demo_accounts
from tests.source import none

#: A count of everything: one that no LIMIT inside it ends.
FULL_COUNT = re.compile(r"SELECT COUNT\((?!.*\bLIMIT\b)", re.IGNORECASE | re.DOTALL)


@pytest.fixture
def opened(committed_demo_db, as_user):
    """Every list with a client that may open it: (handler, url, client)."""
    accounts = demo_accounts()
    clients = [as_user(User.objects.get(pk=accounts[role].pk)) for role in ("committee", "superuser")]
    found = []
    for model, handler in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        found += [(handler, url, client) for client in clients if client.get(url).status_code == 200]
    assert len(found) >= len(admin.site._registry)
    return found


def statements(client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return [query["sql"] for query in queries]


def test_every_admin_list_query_count(opened, monkeypatch):
    findings = []
    for handler, url, client in opened:
        counts = []
        for rows in (1, 50):
            monkeypatch.setattr(handler, "list_per_page", rows)
            asked = statements(client, url)
            counts.append(len(asked))
            findings += [
                f"{url}: {sql[:200]}" for sql in asked if FULL_COUNT.search(sql) or " OFFSET " in sql
            ]
        if counts[0] != counts[1]:
            findings.append(f"{url}: {counts[0]} statements for one row, {counts[1]} for fifty")
    none(findings)


def test_pages_of_every_list_are_the_whole_list_in_its_order(opened, monkeypatch):
    """Also backwards, and by every column that can be clicked."""
    findings, turned = [], 0
    for handler, url, client in opened:
        monkeypatch.setattr(handler, "list_per_page", 3)
        rows = client.get(url).context["cl"].queryset[:7]
        expected = [row.pk for row in rows]
        pages, step = [], client.get(url).context["cl"]
        while True:
            pages.append([row.pk for row in step.result_list])
            if not step.next_url or len(pages) == 3:
                break
            step = client.get(url + step.next_url).context["cl"]
            turned += 1
        if [*itertools.chain.from_iterable(pages)][:7] != expected:
            findings.append(f"{url}: {pages} instead of {expected}")
        if len(pages) > 1:
            back = client.get(url + step.previous_url).context["cl"]
            if [row.pk for row in back.result_list] != pages[-2]:
                findings.append(f"{url}: the way back is another page")
    none(findings)
    assert turned > 20


def test_only_indexed_columns_sort_and_the_order_is_total(opened):
    """The first column that cannot be clicked is asked for as well: its number in the address sorts nothing."""
    findings, sortable = [], 0
    for handler, url, client in opened:
        plain = client.get(url).context["cl"]
        names = plain.list_display
        clicked = [number for number, name in enumerate(names) if name in handler.get_sortable_by(None)]
        sortable += len(clicked)
        for number in [*clicked, *[n for n in range(1, len(names)) if n not in clicked][:1]]:
            keys = client.get(f"{url}?o=-{number}").context["cl"].keys
            column = keys[0].removeprefix("-")
            if len(set(keys)) != len(keys) or not decides(handler.model, keys[-1].removeprefix("-")):
                findings.append(f"{url}?o={number}: {keys} is no total order")
            if number in clicked and not is_indexed(handler.model, column):
                findings.append(f"{url}?o={number}: sorts by {column}, which no index begins with")
            if number not in clicked and keys not in (plain.keys, ["-pk"]):
                findings.append(f"{url}?o={number}: a column that cannot be clicked sorts")
    none(findings)
    assert sortable >= 8
