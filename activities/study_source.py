"""What study hours need of organisational life: gatherings ahead that would bring hours, lessons whose hours come from a
roll, and the way to dispute a row of one."""

import datetime
from collections.abc import Iterator, Sequence

from django.urls import reverse

from activities.models import AttendanceDispute, Gathering, RollEntry
from activities.queries.lessons import stands_for_a_lecture
from activities.queries.study import expected_minutes, records_ahead
from activities.queries.subjects import dispute_url, gathering_url
from activities.rules.kinds import KINDS
from branch_portal.registries import DoubtLink, StudyChance, credit_doubts, lesson_use, study_outlook
from learning.rules.categories import category_of_kind

_PREFIX = "activities.record:"


@study_outlook
def gatherings_ahead(*, member, first: datetime.date, last: datetime.date) -> Iterator[StudyChance]:
    """The year plan of the member's branch and own cell: what is announced by name, what is only planned by its kind alone,
    because nobody was told of it yet. Two queries at most."""
    if member.branch_id is None:
        return
    records = records_ahead(member, first, last)
    minutes = expected_minutes(member.branch_id, records)
    for record in records:
        category = category_of_kind(record.kind)
        if category is None:
            continue
        known = record.share.gathering.state == Gathering.State.ANNOUNCED
        yield StudyChance(
            group=KINDS[record.kind].label,
            category=category,
            minutes=minutes[record.pk],
            title=record.title if known else "",
            day=record.on_date,
            url=gathering_url(record.share) if known else "",
        )


@lesson_use
def lecture_of(*, lesson) -> bool:
    """Who was there has the hours from the roll, and who was away from the make-up."""
    return stands_for_a_lecture(lesson)


@credit_doubts
def roll_doubts(*, user, sources: Sequence[str]) -> dict[str, DoubtLink]:
    """“这条不对” of the roll that a credit comes from, or the dispute that was raised already. Two queries."""
    uids = {source.removeprefix(_PREFIX): source for source in sources if source.startswith(_PREFIX)}
    if not uids or user.member_id is None:
        return {}
    rows = RollEntry.objects.visible_to(user).filter(
        member_id=user.member_id, share__records__uid__in=list(uids)
    )
    shares = {
        str(record): (share_id, share_uid)
        for record, share_id, share_uid in rows.values_list("share__records__uid", "share_id", "share__uid")
    }
    raised = AttendanceDispute.objects.visible_to(user).filter(
        member_id=user.member_id, share__in=[share_id for share_id, _ in shares.values()]
    )
    disputes = {row.share_id: row for row in raised.order_by("raised_at", "pk")}
    return {
        uids[record]: _link(disputes.get(share_id), share_uid)
        for record, (share_id, share_uid) in shares.items()
        if record in uids
    }


def _link(dispute: AttendanceDispute | None, share_uid) -> DoubtLink:
    if dispute is None:
        return DoubtLink("这条不对", reverse("activities:raise-dispute", args=[share_uid]))
    return DoubtLink(f"异议：{dispute.get_state_display()}", dispute_url(dispute))
