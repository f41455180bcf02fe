"""What happened at the doors, as lines of the log beside the rows of the audit: for whoever collects logs from many servers.

Each event is one line of the logger `portal.security`, with the keys of every line and `event`, `result`, and as far as they
apply `about` (the account it happened to), `by`, `what` and `count`. Numbers of accounts and kinds of things, never names or reasons.
"""

import logging

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

logger = logging.getLogger("portal.security")

_FAILED = {"sign_in_failed", "code_failed", "link_failed", "locked"}
_REFUSED = {"denied", "rate_limited", "csrf_failed", "upload_refused", "bad_request"}
#: Answers that are events themselves, unless the view says which one it was.
_OF_STATUS = {403: "denied", 429: "rate_limited"}


def security_event(
    event: str,
    *,
    about: int | None = None,
    by: int | None = None,
    what: str | None = None,
    count: int | None = None,
) -> None:
    """Write the line. `event` is a kind of `SecurityEvent`, reveal, export, or one of those that leave no row."""
    result = "failed" if event in _FAILED else "refused" if event in _REFUSED else "done"
    logger.log(
        logging.INFO if result == "done" else logging.WARNING,
        "%s",
        event,
        extra={"event": event, "result": result, "about": about, "by": by, "what": what, "count": count},
    )


def event_of_answer(response) -> str | None:
    """The event that an answer stands for: refused rights, spent tries, a form without its token."""
    return getattr(response, "security_event", None) or _OF_STATUS.get(response.status_code)


@receiver(user_logged_out)
def _signed_out(sender, request, user, **kwargs) -> None:
    """By the person's own hand, or by the limits of a sign-in."""
    if user is not None:
        security_event("signed_out", about=user.pk)
