"""Migrations since the last recorded release do nothing that a living portal would feel, or say why they may."""

import uuid

import pytest
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Now, Random

from tests.migration_rules import unsafe
from tests.releases import last_release, loader, releases, since
from tests.source import APPS, none


def test_every_recorded_release_is_part_of_the_history():
    graph = loader().graph
    for release in releases():
        assert set(release["migrations"]) == set(APPS), release["version"]
        none(
            [
                f"{release['version']}: {node}"
                for node in release["migrations"].items()
                if node not in graph.nodes
            ]
        )


def test_migrations_since_the_last_release_are_safe_or_say_why():
    none(
        [
            f"{migration.app_label}.{migration.name}: {operation}：{why}"
            for migration, before in since(last_release())
            for operation, why in unsafe(migration, before)
        ]
    )


def migration(*operations, atomic: bool = True) -> migrations.Migration:
    made = migrations.Migration("0002_test", "members")
    made.operations, made.atomic = list(operations), atomic
    return made


STATE = ProjectState()
STATE.add_model(
    ModelState(
        "members",
        "Old",
        [("id", models.BigAutoField(primary_key=True)), ("a", models.CharField(max_length=10, null=True))],
    )
)
CREATE = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
INDEX, CHECK = (
    models.Index(fields=["a"], name="i"),
    models.CheckConstraint(condition=models.Q(a="x"), name="c"),
)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("old", "b", models.IntegerField(default=0)),
        migrations.AddField("old", "b", models.UUIDField(default=uuid.uuid4, unique=True, null=True)),
        migrations.AddField("old", "b", models.UUIDField(db_default=RandomUUID())),
        migrations.AddField("old", "b", models.FloatField(db_default=Random())),
        migrations.AddField("old", "b", models.ForeignKey("members.Old", models.CASCADE, null=True)),
        migrations.AddIndex("old", INDEX),
        migrations.AddConstraint("old", CHECK),
        migrations.AlterField("old", "a", models.CharField(max_length=10)),
        migrations.AlterField("old", "a", models.CharField(max_length=9, null=True)),
        migrations.AlterField("old", "a", models.IntegerField(null=True)),
        migrations.AlterField("old", "a", models.CharField(max_length=10, null=True, db_index=True)),
        migrations.RemoveField("old", "a"),
        migrations.RenameField("old", "a", "b"),
        migrations.DeleteModel("Old"),
        migrations.RunSQL("UPDATE members_old SET a = 1"),
        migrations.SeparateDatabaseAndState([migrations.AddIndex("old", INDEX)]),
    ],
    ids=lambda operation: operation.describe()[:40],
)
def test_what_a_living_portal_would_feel_is_found(operation):
    assert unsafe(migration(operation), STATE)


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("old", "b", models.IntegerField(null=True))],
        [migrations.AddField("old", "b", models.IntegerField(default=0, db_default=0))],
        [migrations.AddField("old", "b", models.DateTimeField(db_default=Now()))],
        [migrations.AlterField("old", "a", models.CharField("改了名称", max_length=20, null=True))],
        [migrations.AlterField("old", "a", models.TextField(null=True))],
        [AddConstraintNotValid("old", CHECK)],
        [
            CREATE,
            migrations.AddField("new", "b", models.IntegerField(default=0)),
            migrations.AddIndex("new", INDEX),
        ],
        [migrations.RunPython(migrations.RunPython.noop)],
    ],
    ids=lambda operations: operations[-1].describe()[:40],
)
def test_what_nobody_feels_passes(operations):
    assert unsafe(migration(*operations), STATE) == []


def test_indexes_are_built_concurrently_and_apart():
    assert unsafe(migration(AddIndexConcurrently("old", INDEX), atomic=False), STATE) == []
    assert unsafe(migration(CREATE, AddIndexConcurrently("old", INDEX), atomic=False), STATE)
    assert unsafe(
        migration(
            migrations.AddField("old", "b", models.IntegerField(null=True)),
            migrations.RunPython(migrations.RunPython.noop),
        ),
        STATE,
    )


def test_a_waiver_has_to_have_words(monkeypatch):
    import tests.test_migrations_are_safe as here

    class Migration(migrations.Migration):
        operations = [migrations.AddIndex("old", INDEX)]

    made = Migration("0002_test", "members")
    for words, found in (("", 1), ("the table has three rows", 0)):
        monkeypatch.setattr(here, "WAIVED", {"AddIndex old": words}, raising=False)
        assert len(unsafe(made, STATE)) == found
