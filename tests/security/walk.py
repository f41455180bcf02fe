"""Every page that the URLconf knows, asked for with branch A's objects and with filters that name branch A.

`PORTAL_ROUTES="members:* admin:*"` narrows the walk (patterns of route names): the mutation gate asks only where a change can show.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.access_table import ADMIN_MODELS, ROUTES, Line
from tests.personas import World
from tests.routes import filled, focused, routes
from tests.security.canaries import text_of
from tests.test_access import fingerprint, path_values

#: What differs from request to request by itself.
PASSING = re.compile(
    r'(?:name="(?:csrfmiddlewaretoken|submission_key|roll_signature)" value=|"X-CSRFToken": |csrftoken=)"?[^";]*'
    r"|'X-Request-ID': '[0-9a-f]+'|\b[0-9a-f]{12}\b|nonce-[\w+/=-]+|nonce=\"[^\"]*\"|sessionid=\w*"
)


@dataclass(frozen=True)
class Answer:
    path: str
    status: int
    text: str
    is_data: bool  # JSON is data: what makes a page of it escapes it there
    written: tuple[str, ...]

    @property
    def lasting(self) -> str:
        """What the same question gets each time."""
        return f"{self.status} {PASSING.sub('', self.text)}"


class Reader:
    """One person's GETs at one moment; each is undone afterwards, so the order of pages means nothing."""

    def __init__(self, user, **headers: str) -> None:
        self.client = Client(raise_request_exception=False, headers=headers)
        if user is not None:
            self.client.force_login(user)
        self.cookies = self.client.cookies.copy()

    def get(self, path: str) -> Answer:
        self.client.cookies = self.cookies.copy()
        before = fingerprint()
        with transaction.atomic():
            response = self.client.get(path)
            text = text_of(response)
            after = fingerprint()
            transaction.set_rollback(True)
        written = tuple(sorted({name for name, *_ in set(after) - set(before)}))
        return Answer(
            path,
            response.status_code,
            text,
            "json" in response["Content-Type"] if response.has_header("Content-Type") else False,
            written,
        )

    def walk(self, asked: Iterable["Page"]) -> list[Answer]:
        """Pages, then the same with filters; a page that is shut is not asked again."""
        found = []
        for page in asked:
            answer = self.get(page.path)
            found.append(answer)
            if answer.status not in (403, 404, 405):
                found += [self.get(f"{page.path}?{query}") for query in page.queries]
        return found


@dataclass(frozen=True)
class Page:
    path: str
    queries: tuple[str, ...] = ()


def whole_walk() -> bool:
    return not os.environ.get("PORTAL_ROUTES")


def lines() -> dict[str, Line]:
    found = dict(ROUTES)
    for label, pages in ADMIN_MODELS.items():
        base = label.lower().replace(".", "_")
        found |= {f"admin:{base}_{page}": line for page, line in pages.items()}
    return found


def pages(world: World, things: dict) -> list[Page]:
    """Each page that answers GET at all, and what else to ask of it."""
    by_key = {route.key: route for route in routes()}
    found = []
    every = lines()
    for key in focused(every):
        path = filled(by_key[key].pattern, path_values(every[key], things))
        # An unknown filter of a list of the admin only leads back to the list.
        found.append(Page(path, () if key.startswith("admin:") else _queries(world)))
    if focused(["admin:autocomplete"]):
        found += [Page(path) for path in _autocompletes()]
    assert found, "the focus leaves nothing"
    return found


def _autocompletes() -> list[str]:
    return [
        f"/admin/autocomplete/?app_label=members&model_name=rolegrant&field_name={name}&term="
        for name in ("organization", "user")
    ]


def _queries(world: World) -> tuple[str, ...]:
    branch, cell, cell_hex = world.branch_a.uid, world.cell_a1.uid, world.cell_a1.uid.hex
    return (
        f"branch={branch}&organization={branch}&for={branch}&year=2026&month=2026-07",
        f"branch={branch.hex}&for={cell}&cell={cell_hex}&date=2026-03-05&on_date=2026-03-05&kind=cell_meeting&q=安&search=安",
    )


def now():
    return timezone.now()
