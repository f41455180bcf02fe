"""`manage.py rebuild_member_years [--check]`: every member's and branch's years from the ledger, or only the comparison."""

import argparse

from django.core.management.base import BaseCommand, CommandError

from learning.actions.years import rebuild_years
from learning.queries.years import members_with_years, stored_differences


class Command(BaseCommand):
    help = "按学时记录重算党员、党支部的年度学时；加 --check 只比对，不写入。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比对，有差异时以错误结束")

    def handle(self, *args, check: bool, **options) -> None:
        if check:
            found = stored_differences()
            if found.wrong:
                raise CommandError(f"{found.wrong} 行与学时记录不一致，请运行 rebuild_member_years 重算。")
            if found.branches:
                raise CommandError(
                    f"{found.branches} 个党支部的年度汇总与党员学时不一致，请运行 rebuild_member_years 重算。"
                )
            self._say(members_with_years(), found.total, found.wrong, found.branches)
            return
        rebuilt = rebuild_years(by=None)
        self._say(rebuilt.members, rebuilt.years, rebuilt.changed, rebuilt.branches)

    def _say(self, members: int, years: int, different: int, branches: int) -> None:
        sums = f"，{branches} 个党支部汇总有差异" if branches else ""
        self.stdout.write(f"{members} 名党员，{years} 个年度，{different} 行有差异{sums}。")
