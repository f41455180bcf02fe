"""The schema of each release as `docs/releases.json` records it, and what may be done to it on a living database.

`python -m tests.releases VERSION` prints the entry of the present state, to be added to the list with a release.
"""

import json
import sys
from collections.abc import Iterator

from tests.source import APPS, ROOT

RECORD = ROOT / "docs" / "releases.json"
Node = tuple[str, str]


def releases() -> list[dict]:
    return json.loads(RECORD.read_text(encoding="utf-8"))["releases"]


def last_release() -> list[Node]:
    return sorted(releases()[-1]["migrations"].items())


def loader():
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(None)


def since(nodes: list[Node]) -> Iterator[tuple[object, object]]:
    """Each of our migrations that those do not contain, with the state of all models before it."""
    graph = loader()
    known = {node for name in nodes for node in graph.graph.forwards_plan(name)}
    leaves = [node for node in graph.graph.leaf_nodes() if node[0] in APPS]
    plan = list(dict.fromkeys(node for leaf in leaves for node in graph.graph.forwards_plan(leaf)))
    state = graph.project_state(nodes)
    for node in plan:
        if node not in known:
            migration = graph.graph.nodes[node]
            if node[0] in APPS:
                yield migration, state.clone()
            state = migration.mutate_state(state, preserve=False)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DATABASE_URL", "postgres://x:x@127.0.0.1:1/x")
    os.environ.setdefault("PORTAL_SECRET_KEY", "x" * 50)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")
    django.setup()
    present = {app: name for app, name in sorted(loader().graph.leaf_nodes()) if app in APPS}
    print(json.dumps({"version": sys.argv[1], "migrations": present}, indent=1))
