"""Collecting the sheets of records: every value of domain 4.4, for one or for a year of them, in the same few queries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from activities.models import ActivityRecord, AgendaItem, Amendment, Ballot, Remark, Resolution, RollEntry
from activities.rules.amendments import SHARED
from activities.rules.roll import count_statuses
from activities.rules.sheet import (
    AgendaLine,
    AmendmentLine,
    RecordSheet,
    RemarkLine,
    ResolutionLine,
    RollLine,
)
from branch_portal.dates import format_date_cn
from members.models import Member, OrganizationChange


def sheet_of(
    record: ActivityRecord, *, roll_shown: bool = True, own_member_id: int | None = None
) -> RecordSheet:
    """One record's sheet. Without the roll (as on the record's page) only the counts and the reader's own row are in it, and
    committee meetings named in the agenda are dates alone: their titles are for those who read the rolls."""
    return sheets_of([record], roll_shown=roll_shown, own_member_id=own_member_id)[0]


def sheets_of(
    records: Sequence[ActivityRecord], *, roll_shown: bool = True, own_member_id: int | None = None
) -> list[RecordSheet]:
    """The sheets in the order given; ten queries, however many. Records come with share, gathering and signatures joined."""
    ids = [record.pk for record in records]
    rolls = _rolls(records)
    agenda, remarks, resolutions = _agenda(ids, titled=roll_shown), _remarks(ids), _resolutions(ids)
    votes = _votes(ids)
    amendments = _amendments(records)
    members, units = _members(records), _Units(records)
    sheets = []
    for record in records:
        share = record.share
        lines = [line for _, line in rolls[share.pk]]
        chair, recorder = members[share.chair_id], members[share.recorder_id]
        # A name of the day is on the roll; a later correction of the roster does not change what was written.
        names = {line.member: line.name for line in lines}
        own = next((line for pk, line in rolls[share.pk] if pk == own_member_id), None)
        sheets.append(
            RecordSheet(
                uid=str(record.uid),
                branch_uid=str(record.branch.uid),
                branch=units.name(record.branch, record.on_date),
                cell_uid=str(record.cell.uid) if record.cell else "",
                cell=units.name(record.cell, record.on_date) if record.cell else "",
                chair_uid=chair[0],
                chair=names.get(chair[0], chair[1]),
                recorder_uid=recorder[0],
                recorder=names.get(recorder[0], recorder[1]),
                count=count_statuses(line.status for line in lines),
                agenda=agenda[record.pk],
                remarks=remarks[record.pk],
                resolutions=resolutions[record.pk],
                votes=votes[record.pk],
                amendments=tuple(amendments[record.pk]),
                roll=tuple(lines) if roll_shown else (),
                roll_shown=roll_shown,
                own=own,
                **_plain_values(record),
            )
        )
    return sheets


def _plain_values(record: ActivityRecord) -> dict:
    """What stands on the record, its share and its gathering themselves."""
    share, gathering = record.share, record.share.gathering
    return {
        "kind": record.kind,
        "number": record.number,
        "year": record.assessment_year,
        "on_date": record.on_date,
        "started_at": gathering.started_at,
        "ended_at": gathering.ended_at,
        "place": gathering.place,
        "title": record.title,
        "state": record.state,
        "observers": share.observers,
        "held_as": record.held_as,
        "lecturer": record.lecturer,
        "material": record.material,
        "study_minutes": record.study_minutes,
        "preparation": record.preparation,
        "content": record.content,
        "summary": record.summary,
        "roll_saved": share.roll_saved_at is not None,
        "recorded_by": record.recorded_by.display_name if record.recorded_by else "",
        "recorded_at": record.recorded_at,
        "confirmed_by": record.confirmed_by.display_name if record.confirmed_by else "",
        "confirmed_at": record.confirmed_at,
        "code": record.verify_code,
        "content_hash": record.content_hash,
    }


def _rolls(records: Iterable[ActivityRecord]) -> dict[int, list[tuple[int, RollLine]]]:
    """Share id → its rows, each with the key of its member."""
    rows = RollEntry.objects.filter(share__in={record.share_id for record in records})
    found: dict[int, list[tuple[int, RollLine]]] = defaultdict(list)
    columns = ("row_number", "name", "status", "leave_type", "reason", "minutes", "own_minutes")
    for row in rows.order_by("share", "row_number").values("share_id", "member_id", "member__uid", *columns):
        line = RollLine(member=str(row["member__uid"]), **{name: row[name] for name in columns})
        found[row["share_id"]].append((row["member_id"], line))
    return found


def _agenda(ids: Sequence[int], *, titled: bool) -> dict[int, tuple[AgendaLine, ...]]:
    found: dict[int, list[AgendaLine]] = defaultdict(list)
    rows = AgendaItem.objects.filter(record__in=ids).order_by("record", "position")
    for record, title, important, prior, prior_day in rows.values_list(
        "record_id", "title", "important", "prior__title", "prior__on_date"
    ):
        name = f"“{prior}”" if titled else ""
        before = f"{format_date_cn(prior_day)}支部委员会会议{name}" if prior_day else ""
        found[record].append(AgendaLine(title, important, before))
    return defaultdict(tuple, {pk: tuple(lines) for pk, lines in found.items()})


def _remarks(ids: Sequence[int]) -> dict[int, tuple[RemarkLine, ...]]:
    found: dict[int, list[RemarkLine]] = defaultdict(list)
    rows = Remark.objects.filter(record__in=ids).order_by("record", "position")
    for record, speaker, text, dissent in rows.values_list("record_id", "speaker_name", "text", "dissent"):
        found[record].append(RemarkLine(speaker, text, dissent))
    return defaultdict(tuple, {pk: tuple(lines) for pk, lines in found.items()})


def _votes(ids: Sequence[int]) -> dict[int, list[str]]:
    """What was decided by vote, in the sentences that the regulation asks for; votes taken back leave no trace on paper."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Ballot.objects.filter(record__in=ids, state=Ballot.State.DECIDED).order_by("record", "number")
    for record, sentence in rows.values_list("record_id", "resolution"):
        found[record].append(sentence)
    return found


def _resolutions(ids: Sequence[int]) -> dict[int, tuple[ResolutionLine, ...]]:
    """What was resolved. How it was carried out comes later and is followed elsewhere."""
    found: dict[int, list[ResolutionLine]] = defaultdict(list)
    rows = Resolution.objects.filter(record__in=ids).order_by("record", "position")
    for record, text, owner, due_on in rows.values_list("record_id", "text", "owner_name", "due_on"):
        found[record].append(ResolutionLine(text, owner, due_on))
    return defaultdict(tuple, {pk: tuple(lines) for pk, lines in found.items()})


def _amendments(records: Sequence[ActivityRecord]) -> dict[int, list[AmendmentLine]]:
    """Signed ones, of the record and of what it shares with the other records of its gathering."""
    own, shared = [record.pk for record in records], {record.share_id for record in records}
    rows = (
        Amendment.objects.signed()
        .filter(Q(record__in=own) | Q(field__in=SHARED, record__share__in=shared))
        .select_related("record", "proposed_by", "signed_by")
        .only(
            "number", "field", "old_text", "new_text", "reason", "signed_at", "state",
            "record__share_id", "proposed_by__display_name", "signed_by__display_name",
        )
        .order_by("signed_at", "pk")
    )  # fmt: skip
    found: dict[int, list[AmendmentLine]] = defaultdict(list)
    for row in rows:
        for record in records:
            if row.record_id == record.pk or (row.field in SHARED and row.record.share_id == record.share_id):
                found[record.pk].append(
                    AmendmentLine(
                        len(found[record.pk]) + 1,
                        row.field,
                        row.old_text,
                        row.new_text,
                        row.reason,
                        row.proposed_by.display_name,
                        row.signed_by.display_name,
                        row.signed_at,
                    )
                )
    return found


def _members(records: Iterable[ActivityRecord]) -> dict[int | None, tuple[str, str]]:
    """Chairs and recorders: uid and name, without loading personal data; nobody has neither."""
    ids = {pk for record in records for pk in (record.share.chair_id, record.share.recorder_id) if pk}
    rows = Member.objects.filter(pk__in=ids).values_list("pk", "uid", "name")
    return defaultdict(lambda: ("", ""), {pk: (str(uid), name) for pk, uid, name in rows})


class _Units:
    """Full names of branches and cells as they were on a day (promise 3). One query."""

    def __init__(self, records: Iterable[ActivityRecord]) -> None:
        ids = {pk for record in records for pk in (record.branch_id, record.cell_id) if pk}
        self._changes: dict[int, list[tuple[datetime.date, str]]] = defaultdict(list)
        rows = OrganizationChange.objects.filter(organization__in=ids).exclude(name="")
        for pk, day, name in rows.order_by("effective_on", "pk").values_list(
            "organization_id", "effective_on", "name"
        ):
            self._changes[pk].append((day, name))

    def name(self, organization, day: datetime.date) -> str:
        known = [name for since, name in self._changes[organization.pk] if since <= day]
        return known[-1] if known else organization.name
