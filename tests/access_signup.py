"""The things that the access table names of attachments, sign-up, red bases and joint gatherings."""

import io

from django.utils import timezone
from PIL import Image

from activities.models import (
    ActivityRecord,
    Attachment,
    Gathering,
    GatheringBranch,
    Invitation,
    RedBase,
    SignUp,
    SignUpOffer,
)
from branch_portal.files import keep_file, keep_thumb
from tests.personas import World


def attachment(world: World, record: ActivityRecord) -> Attachment:
    """A picture with its small copy in the media folder."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 20, 20)).save(out, "JPEG")
    stored = keep_file(out, name="合影.jpg", folder="records", office=True)
    return Attachment.objects.create(
        record=record,
        branch=record.branch,
        uploaded_by=world.officer_a,
        thumb_name=keep_thumb(stored),
        **vars(stored),
    )


def invitation(world: World, like: Gathering) -> Invitation:
    """Branch B has asked branch A to a gathering of its own."""
    coming = Gathering.objects.create(
        host=world.branch_b,
        theme="结对共建",
        on_date=like.on_date,
        started_at=like.started_at,
        ended_at=like.ended_at,
        place="文化礼堂",
        state=Gathering.State.ANNOUNCED,
    )
    share = GatheringBranch.objects.create(gathering=coming, branch=world.branch_b)
    ActivityRecord.objects.create(
        share=share,
        branch=world.branch_b,
        kind="theme_day",
        on_date=like.on_date,
        title=coming.theme,
        assessment_year=like.on_date.year,
    )
    return Invitation.objects.create(
        gathering=coming,
        branch=world.branch_a,
        kind="theme_day",
        invited_by=world.secretary_b,
        invited_at=timezone.now(),
    )


def signup_things(
    world: World, record: ActivityRecord, announced: GatheringBranch, fellow
) -> dict[str, object]:
    SignUpOffer.objects.create(share=announced, branch=world.branch_a, opened_by=world.secretary_a)
    return {
        "attachment": attachment(world, record),
        "signup": SignUp.objects.create(
            share=announced,
            branch=world.branch_a,
            member=fellow,
            state=SignUp.State.GOING,
            place=1,
            signed_by=world.secretary_a,
            signed_at=timezone.now(),
        ),
        "base": RedBase.objects.create(organization=world.branch_a, name="村史馆", place="村部"),
        "invitation": invitation(world, announced.gathering),
    }
