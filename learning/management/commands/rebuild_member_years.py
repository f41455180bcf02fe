"""`manage.py rebuild_member_years [--check]`: every member's years from the ledger, or only the comparison."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from learning.actions.years import BATCH, UPDATED_FIELDS, lock_members, write_member_years
from learning.models import MemberYear
from learning.queries.years import compute_member_years, members_with_years


class Command(BaseCommand):
    help = "按学时记录重算党员年度学时；加 --check 只比对，不写入。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比对，有差异时以错误结束")

    def handle(self, *args, check: bool, **options) -> None:
        members = members_with_years()
        total = different = 0
        for start in range(0, len(members), BATCH):
            with transaction.atomic():
                ids = members[start : start + BATCH]
                if not check:
                    lock_members(ids)
                rows = compute_member_years(member_ids=ids)
                changed, gone = _compare(ids, rows)
                total, different = total + len(rows), different + len(changed) + len(gone)
                if not check:
                    write_member_years(changed)
                    MemberYear.objects.filter(pk__in=gone).delete()
        if check and different:
            raise CommandError(f"{different} 行与学时记录不一致，请运行 rebuild_member_years 重算。")
        self.stdout.write(f"{len(members)} 名党员，{total} 个年度，{different} 行有差异。")


def _compare(ids: list[int], rows: list[MemberYear]) -> tuple[list[MemberYear], list[int]]:
    """(rows that are missing or differ, keys of stored rows that the ledger does not know)."""
    stored = {(row.member_id, row.year): row for row in MemberYear.objects.filter(member_id__in=ids)}
    changed = [
        row
        for row in rows
        if (old := stored.pop((row.member_id, row.year), None)) is None
        or any(getattr(old, name) != getattr(row, name) for name in _COMPARED)
    ]
    return changed, [row.pk for row in stored.values()]


_COMPARED = ["branch_id" if name == "branch" else name for name in UPDATED_FIELDS]
