"""A stored record as the form shows it again, and what differs when two people changed it."""

from collections.abc import Callable

from activities.forms.prefill import prefilled_roll
from activities.forms.record import RecordForm
from activities.forms.roll import RollRow, RollState, stored_roll
from activities.forms.texts import TextsForm
from activities.models import ActivityRecord, GatheringBranch
from activities.queries.defaults import gathering_defaults
from activities.queries.eligibility import Eligible, eligible_members
from activities.queries.minutes import stored_rows
from activities.queries.rolls import stored_entries
from activities.queries.signup import with_signups
from activities.rules.kinds import typed_minutes
from activities.rules.parts import AGENDA, PART_LABELS, REMARKS, RESOLUTIONS
from branch_portal.dates import to_local


def stored_list(record: ActivityRecord) -> tuple[Callable, list[Eligible], RollState]:
    """(the list of any day, the record's own list, its roll as saved).

    For the record's own day the stored roll is the list: the roster of today has no say in it (promise 3).
    """
    pairs = stored_roll(stored_entries(record.share))
    own: list[Eligible] = [person for person, _ in pairs]
    rows: list[RollRow] = [row for _, row in pairs]

    def people_on(day, cell, held_as):
        same = (cell is None or cell.pk == record.cell_id) and held_as == record.held_as
        if own and day == record.on_date and same:
            return own
        there = eligible_members(
            kind=record.kind,
            branch=record.branch,
            day=day,
            cell=cell or record.cell,
            held_as=held_as or record.held_as,
        )
        return with_signups(record, there)

    if own:
        return people_on, own, RollState(rows)
    people = people_on(record.on_date, record.cell, record.held_as)
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
        "on_date": record.on_date,
        "start": to_local(gathering.started_at).time(),
        "end": to_local(gathering.ended_at).time(),
        "place": gathering.place,
        "cell": record.cell.uid.hex if record.cell else "",
        "chair": chair,
        "recorder": recorder,
        "observers": share.observers,
        **text_initial(record),
    }


def text_initial(record: ActivityRecord) -> dict:
    """Initial values of a record's texts."""
    return {
        "theme": record.title,
        "held_as": record.held_as,
        "assessment_year": record.assessment_year,
        "preparation": record.preparation,
        "lecturer": record.lecturer,
        "material": record.material,
        "study_minutes": typed_minutes(record.kind, record.study_minutes, record.share.gathering.minutes),
        "content": record.content,
        "summary": record.summary,
        "version": record.version,
    }


def differences(current: ActivityRecord, form: RecordForm) -> list[tuple[str, str]]:
    """(field, the stored text) of what the other person saved differently."""
    gathering = current.share.gathering
    stored = {"place": gathering.place, "observers": current.share.observers}
    found = text_differences(current, form, stored)
    entries = stored_entries(current.share)
    roll = RollState([row for _, row in stored_roll(entries)])
    if roll.marked != form.roll.marked:
        found.append(("到会情况", roll.marked or "全部到会"))
    return found


def text_differences(
    current: ActivityRecord, form: TextsForm, more: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """(field, the stored text) of the texts that the other person saved differently, rows of minutes included."""
    texts = {
        "theme": current.title,
        "preparation": current.preparation,
        "lecturer": current.lecturer,
        "material": current.material,
        "content": current.content,
        "summary": current.summary,
    }
    found = [
        (str(form.fields[name].label), text or "（空）")
        for name, text in (texts | (more or {})).items()
        if name in form.fields and text != form.cleaned_data.get(name, "")
    ]
    stored, typed = stored_rows(current), form.rows.lines(form.people)
    for part, line in _WORDS.items():
        theirs = [line(**row) for row in stored[part]]
        if part in form.rows.sets and theirs != [_typed_words(part, row) for row in typed[part]]:
            found.append((PART_LABELS[part], "\n".join(theirs) or "（空）"))
    return found


_WORDS: dict[str, Callable[..., str]] = {
    AGENDA: lambda title, important=False, **_: f"{title}{'（重要事项）' if important else ''}",
    REMARKS: lambda speaker, text, dissent=False, **_: (
        f"{speaker}：{text}{'（不同意见）' if dissent else ''}"
    ),
    RESOLUTIONS: lambda text, owner="", due_on=None, **_: f"{text} {owner} {due_on or ''}".strip(),
}


def _typed_words(part: str, line) -> str:
    if part == AGENDA:
        return _WORDS[part](title=line.title, important=line.important)
    if part == REMARKS:
        return _WORDS[part](speaker=line.speaker_name, text=line.text, dissent=line.dissent)
    return _WORDS[part](text=line.text, owner=line.owner_name, due_on=line.due_on)
