import json
from collections.abc import Iterator

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Length

from branch_portal.checks import OWN_APPS
from branch_portal.crypto import EncryptedTextField


class Command(BaseCommand):
    help = "供恢复演练使用：检查 DATABASE_URL 所指的库缺哪些迁移，并抽样打开个人信息字段，以 JSON 回答"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--sample", type=int, default=100, help="抽查的字段数")

    def handle(self, *args, sample: int, **options):
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        # A schema that is older than the models cannot be read through them; its fields are those of the next drill.
        answer = {"pending": pending, "sealed": 0, "opened": 0, "broken": 0, "first": ""}
        if not pending:
            self._open(answer, sample)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    @staticmethod
    def _open(answer: dict, sample: int) -> None:
        fields = [(filled(model, field).count(), model, field) for model, field in sealed_fields()]
        fields = sorted((each for each in fields if each[0]), key=lambda each: each[0])
        answer["sealed"] = sum(rows for rows, _, _ in fields)
        left = sample
        for number, (rows, model, field) in enumerate(fields):
            # An equal share of each, the fewest first, so that what one has too little of falls to the next.
            wanted = min(max(left // (len(fields) - number), 1), rows)
            left -= wanted
            for row in filled(model, field).order_by("?")[:wanted]:
                try:
                    getattr(row, field.attname)
                    answer["opened"] += 1
                except Exception as error:
                    # Whatever it is that keeps a field shut, the drill has to count it.
                    answer["broken"] += 1
                    answer["first"] = f"{model._meta.db_table}.{field.column}（{type(error).__name__}）"


def sealed_fields() -> Iterator[tuple]:
    """Of rows that are in use; their histories are sealed alike."""
    for model in apps.get_models():
        if model._meta.app_label in OWN_APPS and not hasattr(model, "pgh_tracked_model"):
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    yield model, field


def filled(model, field):
    return model._base_manager.annotate(sealed_length=Length(field.attname)).filter(sealed_length__gt=0)
