"""Lines of the access table about accounts: one's own doors, and what committee and administrator do to those of others."""

import datetime
import uuid

from django.utils import timezone

from members.models import SecurityEvent, SignInSession
from tests.access_lines import (
    COMMITTEES_CANNOT_POST,
    COMMITTEES_ONLY,
    NOT_GOT,
    SIGNED_IN,
    Line,
    who,
)
from tests.personas import World

KEEPERS_READ = Line(who(403, back_office=200), who(403, back_office=405))
_KEEPERS_OF_A = who(403, staff=200, staff_x=404, superuser=200)

PUBLIC_ACCOUNTS = {"accounts:second-step", "accounts:link"}
ROUTES_OF_ACCOUNTS: dict[str, Line] = {
    "accounts:second-step": Line(who(302), who(302)),
    "accounts:fresh": Line(SIGNED_IN, SIGNED_IN),
    "accounts:security": Line(SIGNED_IN),
    "accounts:sessions-end": Line(NOT_GOT, who(302)),
    "accounts:session-end": Line(NOT_GOT, who(404, member_a=302), thing="signin_session"),
    "accounts:totp": Line(SIGNED_IN, SIGNED_IN),
    "accounts:totp-codes": Line(NOT_GOT, who(302)),
    "accounts:totp-off": Line(NOT_GOT, who(302)),
    "accounts:link": Line(who(404, anybody=404), who(404, anybody=404)),
    "supervision:accounts": KEEPERS_READ,
    "supervision:accounts-export": KEEPERS_READ,
    "supervision:accounts-open": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:accounts-open-branch": Line(
        who(403, staff=200, staff_x=404), who(403, staff=200, staff_x=404), thing="branch"
    ),
    "supervision:accounts-colleague": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:account": Line(_KEEPERS_OF_A, who(403, back_office=405), thing="user"),
    "supervision:account-link": Line(_KEEPERS_OF_A, _KEEPERS_OF_A, thing="user"),
    "supervision:account-work": Line(_KEEPERS_OF_A, _KEEPERS_OF_A, thing="user", values={"what": "disable"}),
}


def account_things(world: World) -> dict[str, object]:
    now = timezone.now()
    return {
        "signin_session": SignInSession.objects.create(
            session_key="of-member-a",
            session_data="",
            expire_date=now + datetime.timedelta(days=1),
            uid=uuid.uuid4(),
            user=world.member_a,
            started_at=now,
            last_seen_at=now,
            device="安卓手机 · 微信",
        ),
        "security_event": SecurityEvent.objects.create(
            at=now, kind=SecurityEvent.Kind.SIGN_IN, user_id=world.member_a.pk, user_label="邓秀兰"
        ),
    }
