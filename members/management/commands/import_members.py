"""名册导入 from the shell: dry unless told to write, by the same reading and the same rules as the web."""

import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from branch_portal.database import set_context
from branch_portal.dates import DateError, parse_date, today_shanghai
from branch_portal.scoping import Scope
from members.actions.imports import plan_book, write_plan
from members.imports.plan import Plan, Start
from members.imports.reader import SHELL, FileRefused, Sheet, read_workbook
from members.imports.rows import ReadBook, read_rows
from members.imports.workbook import error_workbook
from members.models import PartyOrganization
from members.queries.imports import organization_with_code


class Command(BaseCommand):
    help = "导入名册：默认只核对，不写入；--write 写入没有错误的行。有行被拒绝时以 1 退出，文件或代码不能用时以 2 退出。"

    def add_arguments(self, parser):
        parser.add_argument("file", help="名册文件（.xlsx 或 .csv）")
        parser.add_argument("--branch", required=True, help="党支部、党总支或党委的组织代码")
        parser.add_argument("--write", action="store_true", help="写入没有错误的行")
        parser.add_argument("--report", help="把标出错误的工作簿写到这个文件")
        parser.add_argument("--since", help="新增党员的组织关系起始日期，默认上年 12 月 31 日")

    def handle(self, *args, file: str, branch: str, write: bool, report: str | None, since, **options):
        target, start = _target(branch), Start(_since(since))
        sheets = _sheets(file)
        book = _book(sheets, forget=report is None)  # only the report shows the cells again
        with transaction.atomic():
            set_context(scope=Scope(everything=True), source="import_members")
            plan = self._plan(book, target, start, write=write)
            if write:
                write_plan(by=None, plan=plan, source=Path(file).name)
        if report:
            _write_report(report, sheets, plan)
        self.stdout.write(f"可导入 {plan.good_rows} 行，错误 {plan.bad_rows} 行，不变 {plan.same} 行")
        if plan.bad_rows:
            raise SystemExit(1)

    def _plan(self, book: ReadBook, target: PartyOrganization, start: Start, *, write: bool) -> Plan:
        if write:
            # Two imports into one organisation follow each other, as in the web.
            PartyOrganization.objects.select_for_update(no_key=True).get(pk=target.pk)
        return plan_book(book, target=target, start=start, by=None, lock=write)


def _target(code: str) -> PartyOrganization:
    target = organization_with_code(code)
    if target is None or target.kind == PartyOrganization.Kind.CELL:
        raise CommandError(f"没有组织代码为 {code} 的党支部、党总支或党委。", returncode=2)
    return target


def _since(written: str | None) -> datetime.date:
    if written is None:
        return datetime.date(today_shanghai().year - 1, 12, 31)
    try:
        return parse_date(written)
    except DateError as error:
        raise CommandError(f"--since {error}。", returncode=2) from error


def _sheets(file: str) -> list[Sheet]:
    try:
        with Path(file).open("rb") as opened:
            return read_workbook(opened, limits=SHELL)
    except OSError as error:
        raise CommandError(f"文件 {file} 不能打开，请核对路径和权限。", returncode=2) from error
    except FileRefused as refused:
        raise CommandError(str(refused), returncode=2) from refused


def _book(sheets: list[Sheet], *, forget: bool) -> ReadBook:
    try:
        return read_rows(sheets, limit=SHELL.rows, forget=forget)
    except FileRefused as refused:
        raise CommandError(str(refused), returncode=2) from refused


def _write_report(path: str, sheets: list[Sheet], plan: Plan) -> None:
    try:
        Path(path).write_bytes(error_workbook(sheets, plan.problems))
    except OSError as error:
        raise CommandError(f"报告 {path} 不能写入，请核对路径和权限。", returncode=2) from error
