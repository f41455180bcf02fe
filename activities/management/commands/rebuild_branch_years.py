"""`manage.py rebuild_branch_years [--check] [--year Y]`: every branch's year from its records, or only the comparison."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Min

from activities.actions.locks import lock_branches
from activities.actions.years import BATCH, write_branch_years
from activities.models import ActivityRecord
from activities.queries import branch_year_sql
from branch_portal.dates import today_shanghai
from members.models import PartyOrganization


class Command(BaseCommand):
    help = "重算各党支部的年度组织生活汇总；加 --check 只比对，不写入。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比对，有差异时以错误结束")
        parser.add_argument("--year", type=int, action="append", dest="years", help="只算这一年，可多次给出")

    def handle(self, *args, check: bool, years: list[int] | None, **options) -> None:
        wanted = years or _years_on_record()
        branches = list(
            PartyOrganization.objects.unscoped("rebuild of the yearly summaries").branches().order_by("pk")
        )
        different = 0
        for start in range(0, len(branches), BATCH):
            with transaction.atomic():
                some = branches[start : start + BATCH]
                if check:
                    different += _differing(some, wanted)
                else:
                    lock_branches(branch.pk for branch in some)
                    different += write_branch_years(some, wanted)
        if check and different:
            raise CommandError(f"{different} 行与活动记录不一致，请运行 rebuild_branch_years 重算。")
        self.stdout.write(f"{len(branches)} 个党支部，{len(wanted)} 个年度，{different} 行有差异。")


def _years_on_record() -> list[int]:
    this_year = today_shanghai().year
    records = ActivityRecord.objects.unscoped("rebuild of the yearly summaries")
    first = records.aggregate(first=Min("assessment_year"))["first"]
    return list(range(min(first or this_year, this_year), this_year + 1))


def _differing(branches: list[PartyOrganization], years: list[int]) -> int:
    statement = branch_year_sql.differences(branches, years)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return cursor.fetchone()[0]
