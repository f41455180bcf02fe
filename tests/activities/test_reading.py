"""Who reads which record: drafts and committee meetings are for those who keep the rolls, the rest is the branch's."""

import datetime

from activities.actions.facts import Facts, Mark
from activities.actions.records import record_gathering
from activities.models import ActivityRecord
from branch_portal.dates import local_datetime

DAY = datetime.date(2026, 4, 7)


def write(world, kind, *, signed=True, cell=None) -> ActivityRecord:
    start = local_datetime(DAY, datetime.time(15))
    facts = Facts(
        kind=kind, theme=f"{kind} {signed}", on_date=DAY, started_at=start,
        ended_at=start + datetime.timedelta(minutes=90), place="会议室", content="内容", cell=cell,
    )  # fmt: skip
    person = world.members_a[0]
    return record_gathering(
        by=world.secretary_a,
        branch=world.branch_a,
        facts=facts,
        marks=[Mark(1, person.pk, person.name, "present")],
        signed=signed,
    )


def test_members_read_what_is_written_of_the_branch_and_officers_everything(world, as_user):
    theme_day, draft = write(world, "theme_day"), write(world, "general_meeting", signed=False)
    committee, cell = write(world, "committee_meeting"), write(world, "cell_meeting", cell=world.cell_a1)
    everything = {theme_day.pk, draft.pk, committee.pk, cell.pk}
    expected = {
        "secretary_a": everything,
        "officer_a": everything,
        "staff": everything,
        "member_a": {theme_day.pk, cell.pk},
        "cell_leader_a": {theme_day.pk, cell.pk},
        "secretary_b": set(),
        "superuser": set(),
    }
    seen = {
        name: set(ActivityRecord.objects.visible_to(getattr(world, name)).values_list("pk", flat=True))
        for name in expected
    }
    assert seen == expected
    client = as_user(world.member_a)
    answers = [
        client.get(f"/activities/records/{row.uid}/").status_code for row in (theme_day, committee, draft)
    ]
    assert answers == [200, 404, 404]
