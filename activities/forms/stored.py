"""A stored record as the form shows it again, and what differs when two people changed it."""

from collections.abc import Callable

from activities.forms.prefill import prefilled_roll
from activities.forms.record import RecordForm
from activities.forms.roll import RollRow, RollState, stored_roll
from activities.models import ActivityKind, ActivityRecord, GatheringBranch
from activities.queries.defaults import gathering_defaults
from activities.queries.eligibility import Eligible, eligible_members
from activities.queries.rolls import stored_entries
from activities.rules.kinds import typed_minutes
from branch_portal.dates import to_local


def stored_list(record: ActivityRecord) -> tuple[Callable, list[Eligible], RollState]:
    """(the list of any day, the record's own list, its roll as saved).

    For the record's own day the stored roll is the list: the roster of today has no say in it (promise 3).
    """
    pairs = stored_roll(stored_entries(record.share), study_minutes=record.study_minutes or 0)
    own: list[Eligible] = [person for person, _ in pairs]
    rows: list[RollRow] = [row for _, row in pairs]

    def people_on(day, cell):
        if own and day == record.on_date and (cell is None or cell.pk == record.cell_id):
            return own
        return eligible_members(kind=record.kind, branch=record.branch, day=day, cell=cell or record.cell)

    if own:
        return people_on, own, RollState(rows)
    people = people_on(record.on_date, record.cell)
    return people_on, people, prefilled_roll(record.share, people)


def edit_initial(record: ActivityRecord, people: list[Eligible], member_id: int | None) -> dict:
    """Initial values of the form for a record; a draft that was announced gets its officers “like last time”."""
    share: GatheringBranch = record.share
    gathering = share.gathering
    by_id = {person.member_id: person.uid for person in people}
    chair, recorder = by_id.get(share.chair_id, ""), by_id.get(share.recorder_id, "")
    if not (chair and recorder):
        usual = gathering_defaults(
            kind=record.kind, branch=record.branch, cell=record.cell, people=people, member_id=member_id
        )
        chair, recorder = chair or usual["chair"], recorder or usual["recorder"]
    return {
        "theme": record.title,
        "on_date": record.on_date,
        "start": to_local(gathering.started_at).time(),
        "end": to_local(gathering.ended_at).time(),
        "place": gathering.place,
        "cell": record.cell.uid.hex if record.kind == ActivityKind.CELL_MEETING else "",
        "chair": chair,
        "recorder": recorder,
        "observers": share.observers,
        "lecturer": record.lecturer,
        "study_minutes": typed_minutes(record.kind, record.study_minutes, gathering.minutes),
        "content": record.content,
        "summary": record.summary,
        "version": record.version,
    }


def differences(current: ActivityRecord, form: RecordForm) -> list[tuple[str, str]]:
    """(field, the stored text) of what the other person saved differently."""
    gathering = current.share.gathering
    stored = {
        "theme": current.title,
        "place": gathering.place,
        "content": current.content,
        "summary": current.summary,
        "observers": current.share.observers,
    }
    found = [
        (str(form.fields[name].label), text or "（空）")
        for name, text in stored.items()
        if text != form.cleaned_data.get(name, "")
    ]
    entries = stored_entries(current.share)
    roll = RollState([row for _, row in stored_roll(entries, study_minutes=current.study_minutes or 0)])
    if roll.marked != form.roll.marked:
        found.append(("到会情况", roll.marked or "全部到会"))
    return found
