"""`manage.py rebuild_record_quality [--check]`: what the checks find of every counted record, anew, or only the comparison."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from activities.actions.quality import FOUND, quality_row, write_quality
from activities.models import ActivityRecord, RecordQuality
from activities.queries.quality import judged_facts
from activities.rules.quality import judge

BATCH = 500


class Command(BaseCommand):
    help = "重新核对全部记录的质量提示；加 --check 只比对，不写入。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比对，有差异时以错误结束")

    def handle(self, *args, check: bool, **options) -> None:
        records = ActivityRecord.objects.unscoped("rebuild of the record quality").counted()
        ids = list(records.order_by("pk").values_list("pk", flat=True))
        different = 0
        for start in range(0, len(ids), BATCH):
            with transaction.atomic():
                changed = _differing(ids[start : start + BATCH])
                different += len(changed)
                if not check:
                    write_quality(changed)
        if check and different:
            raise CommandError(f"{different} 行与记录不一致，请运行 rebuild_record_quality 重算。")
        self.stdout.write(f"{len(ids)} 份记录，{different} 行有差异。")


def _differing(ids: list[int]) -> list[RecordQuality]:
    stored = {row.record_id: row for row in RecordQuality.objects.filter(record__in=ids)}
    rows = [quality_row(record, judge(facts)) for record, facts in judged_facts(ids)]
    return [
        row
        for row in rows
        if (old := stored.get(row.record_id)) is None
        or any(getattr(old, name) != getattr(row, name) for name in FOUND)
    ]
