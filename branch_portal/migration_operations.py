"""Operations for migrations that Django and its extensions lack."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger


class InstallTriggers(Operation):
    """Install every trigger that the named models carry in their options.

    One operation instead of one `AddTrigger` each: those draw the whole project's state anew, which made the first
    migration of an empty database take more than a minute. Only for models that the same migration creates.
    """

    reversible = True

    def __init__(self, models):
        self.models = list(models)

    def deconstruct(self):
        return self.__class__.__name__, [self.models], {}

    def state_forwards(self, app_label, state):
        """The state has them already, in the options of `CreateModel`."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for name in self.models:
            for trigger in to_state.models[app_label, name.lower()].options["triggers"]:
                AddTrigger(name, trigger).database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Dropping the tables drops them."""

    def describe(self):
        return f"Install the triggers of {', '.join(self.models)}"


class BuildIndex(AddIndexConcurrently):
    """An index on a table in use, built without keeping anybody from writing; one that is there already is left alone.

    A migrator may be killed after the index is complete and before that is written down, and the next one must not stumble
    over it. One that is there and not complete was dropped by `migrate` before (`migrating.drop_broken_indexes`).
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'public."{self.index.name}"'])
            if cursor.fetchone()[0]:
                return
        super().database_forwards(app_label, schema_editor, from_state, to_state)
