"""Yearly files of outside platforms: keep what was uploaded, ask what is unclear, write it once, replace it by the next one.

Nothing counts by the file alone: hours follow from the portal's rule for the source (none by default), and a branch's file is
signed by its secretary.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import BinaryIO

from django.db import connection, transaction
from django.utils import timezone

from branch_portal.dates import today_shanghai, year_bounds
from learning.actions.credits import CreditLine, post_credits
from learning.external.reading import LIMITS, MAPPING, read_entries, without_numbers
from learning.models import ExternalFile, ExternalRow
from learning.queries.external import LEDGER_CATEGORY, rule_in_force
from learning.queries.external_matching import ELSEWHERE, Match, counted_elsewhere, match_entries, people_of
from learning.queries.rules import RuleBook
from learning.rules.external import external_hours, external_minutes
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.imports.reader import Sheet, read_workbook
from members.imports.workbook import error_workbook
from members.models import Member, PartyOrganization

_GONE = "这次上传已登记或已失效，请重新上传。"
_State = ExternalRow.State


@transaction.atomic
def upload_file(
    *, by, organization: PartyOrganization, source: str, year: int, file: BinaryIO, file_name: str
) -> ExternalFile:
    """Read an upload and match its rows; FileRefused (words) when it cannot be read. Nothing is recorded yet.

    An upload for the same organisation, source and year that still waits gives way to this one.
    """
    sheets = without_numbers(read_workbook(file, limits=LIMITS))
    read = read_entries(sheets)
    waiting = ExternalFile.objects.pending().filter(organization=organization, source=source, year=year)
    empty_files(waiting)
    stored = ExternalFile.objects.create(
        organization=organization,
        source=source,
        year=year,
        file_name=file_name[:200],
        counted_on=min(today_shanghai(), year_bounds(year)[1]),
        uploaded_by=by,
        content=_kept(sheets) if read.problems else "",
        figures={"bad": len({(p.sheet, p.row) for p in read.problems}), "ignored": read.ignored[:20]},
    )
    matches = match_entries(read.entries, organization, source=source, year=year)
    ExternalRow.objects.bulk_create((_row(stored, match) for match in matches), batch_size=1000)
    return stored


@transaction.atomic
def choose_people(*, by, file: ExternalFile, choices: Mapping[int, int | None]) -> int:
    """Say whom doubtful rows mean (row → member, None for nobody); returns how many were decided."""
    locked = _pending(file)
    rows = {
        row.pk: row
        for row in ExternalRow.objects.select_for_update().filter(
            file=locked, pk__in=choices, state__in=[_State.AMBIGUOUS, _State.SKIPPED]
        )
    }
    branches = _branches_of(rows.values(), locked)
    taken = set(
        ExternalRow.objects.filter(file=locked, state=_State.MATCHED).values_list("member_id", flat=True)
    )
    for key, row in rows.items():
        member_id = choices[key]
        if member_id is None:
            row.state, row.member_id, row.branch_id = _State.SKIPPED, None, None
            continue
        if member_id not in row.candidates or member_id not in branches:
            raise ActionRefused(f"第 {row.row_number} 人不能对应到所选的党员，请重新选择。")
        if member_id in taken:
            raise ActionRefused(f"第 {row.row_number} 人（{row.name}）所选的党员已对应另一行，请核对。")
        taken.add(member_id)
        row.state, row.member_id, row.branch_id = _State.MATCHED, member_id, branches[member_id]
    ExternalRow.objects.bulk_update(rows.values(), ["state", "member", "branch"], batch_size=500)
    return len(rows)


@transaction.atomic
def apply_file(*, by, file: ExternalFile, only_good: bool = False) -> ExternalFile:
    """Record the matched rows, in place of the file that was in force for this source and year. Applied once.

    With rows that cannot be taken or are not decided nothing is recorded, unless `only_good` leaves them out.
    """
    _one_at_a_time(file)
    locked = _pending(file)
    rows = ExternalRow.objects.filter(file=locked)
    _leave_to_others(locked, rows)
    open_rows = rows.filter(state=_State.AMBIGUOUS).count()
    if open_rows and not only_good:
        raise ActionRefused(f"还有 {open_rows} 行没有选择对应的党员，没有登记任何内容。")
    if locked.figures["bad"] and not only_good:
        raise ActionRefused(f"有 {locked.figures['bad']} 行需要修改，没有登记任何内容。")
    if not rows.filter(state=_State.MATCHED).exists():
        raise ActionRefused("没有对应到党员的行，没有登记任何内容。")
    _follow_series(locked)
    locked.figures |= _figures(rows)
    # Whoever is nobody here leaves no trace, and the figures of telephones have done their work.
    rows.exclude(state=_State.MATCHED).delete()
    rows.update(tail="", candidates=[], why="")
    locked.state, locked.applied_by, locked.applied_at = ExternalFile.State.APPLIED, by, timezone.now()
    locked.content = ""
    locked.save()
    note_reason(f"{locked.get_source_display()}{locked.year}年度记录：{locked.file_name}"[:200])
    post_file(by=by, file=locked)
    return locked


@transaction.atomic
def withdraw_file(*, by, file: ExternalFile, reason: str) -> ExternalFile:
    """Take a recorded file back: its credits are reversed, its rows go."""
    locked = ExternalFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if locked.state != ExternalFile.State.APPLIED:
        raise ActionRefused("这份文件没有登记，不需要撤回。")
    note_reason(f"撤回外部学习记录：{reason}"[:200])
    locked.state = ExternalFile.State.WITHDRAWN
    locked.save(update_fields=["state"])
    locked.rows.all().delete()
    post_file(by=by, file=locked)
    return locked


@transaction.atomic
def recount_external(*, by, source: str, from_year: int) -> int:
    """Count every file in force from that year on by the rules of now: for a change of the rule. Returns how many files."""
    files = ExternalFile.objects.applied().filter(source=source, year__gte=from_year).order_by("pk")
    for file in files.select_for_update():
        post_file(by=by, file=file)
    return len(files)


@transaction.atomic
def post_file(*, by, file: ExternalFile) -> None:
    """Make the ledger say what the file's rows are worth under the rule of its year; the same file again changes nothing."""
    category = LEDGER_CATEGORY[file.source]
    ledger_rule = RuleBook().rules(file.year).get(category)
    rule = rule_in_force(file.source, file.year)
    title = f"{file.get_source_display()}{file.year}年度学习记录"
    lines = []
    for row in file.rows.filter(state=_State.MATCHED):
        if ledger_rule is None or row.member_id is None or row.branch_id is None:
            continue
        minutes = external_minutes(external_hours(rule, row.points, row.hours), ledger_rule.minutes_per_hour)
        lines.append(CreditLine(row.member_id, row.branch_id, category, file.counted_on, minutes, title))
    post_credits(by=by, source=file.ledger_source, source_url="", lines=lines, confirmed=True)


def marked_workbook(file: ExternalFile) -> bytes:
    """The uploaded sheets with the cells marked that cannot be taken, while they are kept."""
    if not file.content:
        raise ActionRefused(_GONE)
    sheets = [Sheet(**sheet) for sheet in json.loads(str(file.content))]
    return error_workbook(sheets, read_entries(sheets).problems, MAPPING)


def problems_of(file: ExternalFile) -> list:
    """What cannot be taken of a waiting upload, cell by cell."""
    if not file.content:
        return []
    return read_entries([Sheet(**sheet) for sheet in json.loads(str(file.content))]).problems


def empty_files(files) -> int:
    ids = list(files.values_list("pk", flat=True))
    ExternalRow.objects.filter(file__in=ids).delete()
    return ExternalFile.objects.filter(pk__in=ids).update(state=ExternalFile.State.EXPIRED, content=b"")


def _kept(sheets: Iterable[Sheet]) -> str:
    return json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False, separators=(",", ":"))


def _row(file: ExternalFile, match: Match) -> ExternalRow:
    entry, person = match.entry, match.person
    return ExternalRow(
        file=file,
        row_number=entry.row,
        name=entry.name,
        tail=entry.tail,
        points=entry.points,
        hours=entry.hours,
        state=match.state,
        member_id=person.pk if person else None,
        branch_id=person.branch_id if person else None,
        candidates=list(match.candidates),
        why=match.why,
    )


def _pending(file: ExternalFile) -> ExternalFile:
    locked = (
        ExternalFile.objects.select_for_update(of=("self",)).select_related("organization").get(pk=file.pk)
    )
    if locked.state != ExternalFile.State.PENDING:
        raise ActionRefused(_GONE)
    return locked


def _branches_of(rows: Iterable[ExternalRow], file: ExternalFile) -> dict[int, int]:
    """Candidate → the branch that the year belongs to."""
    names = Member.objects.filter(pk__in={pk for row in rows for pk in row.candidates})
    people = people_of(file.organization, file.year, names.values_list("name", flat=True))
    return {person.pk: person.branch_id for group in people.values() for person in group}


def _one_at_a_time(file: ExternalFile) -> None:
    """Files of one source and year are recorded one after the other, whosever they are: nobody counts twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"learning.external:{file.source}:{file.year}"],
        )


def _leave_to_others(file: ExternalFile, rows) -> None:
    """Members whom another organisation's file has recorded since the upload stay with it."""
    matched = rows.filter(state=_State.MATCHED)
    elsewhere = counted_elsewhere(
        file.organization, source=file.source, year=file.year, ids=matched.values("member_id")
    )
    matched.filter(member__in=elsewhere).update(state=_State.TAKEN, why=ELSEWHERE)


def _follow_series(file: ExternalFile) -> None:
    """Take over the ledger's source of earlier files of this kind, and let the one in force give way."""
    earlier = ExternalFile.objects.filter(
        organization=file.organization, source=file.source, year=file.year, applied_at__isnull=False
    )
    last = earlier.order_by("-applied_at", "-pk").first()
    if last is not None:
        file.series, file.counted_on = last.series, last.counted_on
    in_force = earlier.applied().first()
    if in_force is not None:
        in_force.state = ExternalFile.State.REPLACED
        in_force.save(update_fields=["state"])
        in_force.rows.all().delete()


def _figures(rows) -> dict[str, int]:
    return {state: rows.filter(state=state).count() for state in _State.values}
