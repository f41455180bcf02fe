"""Every page that the URLconf knows, asked for with branch A's objects and with filters that name branch A."""

from tests.access_table import ADMIN_MODELS, ROUTES
from tests.personas import World
from tests.routes import filled, routes
from tests.test_access import path_values


def paths(world: World, things: dict) -> list[str]:
    """Plain, then once more with every filter set to branch A."""
    by_key = {route.key: route for route in routes()}
    lines = dict(ROUTES)
    for label, pages in ADMIN_MODELS.items():
        base = label.lower().replace(".", "_")
        lines |= {f"admin:{base}_{page}": line for page, line in pages.items()}
    plain = [filled(by_key[key].pattern, path_values(line, things)) for key, line in lines.items()]
    # An unknown filter of a list of the admin only leads back to the list.
    return [
        *plain,
        *(f"{path}?{query}" for path in plain for query in _queries(world) if "/admin/" not in path),
    ] + [
        f"/admin/autocomplete/?app_label=members&model_name=rolegrant&field_name={name}&term="
        for name in ("organization", "user")
    ]


def _queries(world: World) -> list[str]:
    branch, cell, cell_hex = world.branch_a.uid, world.cell_a1.uid, world.cell_a1.uid.hex
    return [
        f"branch={branch}&organization={branch}&for={branch}&year=2026",
        f"branch={branch.hex}&for={cell}&cell={cell_hex}&date=2026-03-05&on_date=2026-03-05&kind=cell_meeting",
    ]
