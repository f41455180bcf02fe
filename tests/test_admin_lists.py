"""Every list of the back office, complete by construction: the same statements whether the page shows one row or three."""

from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import User
from supervision.demo.accounts import demo_accounts


def statements(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


def test_every_admin_list_query_count(committed_demo_db, as_user, monkeypatch):
    accounts = demo_accounts()
    clients = {role: as_user(User.objects.get(pk=accounts[role].pk)) for role in ("committee", "superuser")}
    growing, shown = [], 0
    for model, model_admin in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for role, client in clients.items():
            if client.get(url).status_code == 403:
                continue
            counts = []
            for rows in (1, 3):
                monkeypatch.setattr(model_admin, "list_per_page", rows)
                counts.append(statements(client, url))
            shown += 1
            if counts[0] != counts[1]:
                growing.append(f"{url} as {role}: {counts[0]} statements for one row, {counts[1]} for three")
    assert growing == []
    assert shown >= len(admin.site._registry)
