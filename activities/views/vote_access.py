"""What the pages of votes share: the record or ballot within reach, refusals as errors of the form, one effect a form."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from activities.actions.ballots import VoteRefused
from activities.actions.records import Conflict, NotEditable
from activities.models import ActivityRecord, Ballot
from activities.queries.ballots import visible_ballots
from activities.queries.records import visible_record
from activities.rules.states import EDITABLE
from activities.rules.vote_kinds import KINDS_BY_MEETING
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission

CLOSED = "记录已确认或活动已取消，表决结果不能再改；确需更正的，请在记录的更正中写明。"
CONFLICT = "打开页面以后，这项表决已被他人改过；请返回查看最新内容，再决定是否修改。"


def record_url(record: ActivityRecord) -> str:
    return reverse("activities:votes", args=[record.uid])


def ballot_url(ballot: Ballot) -> str:
    return reverse("activities:ballot", args=[ballot.uid])


def may_run(user, record: ActivityRecord) -> bool:
    return user.access.may(Permission.RUN_VOTES, record.branch)


def votable_record(request, uid) -> ActivityRecord:
    """404 outside the reach and for kinds that take no votes, 403 without the permission to run them."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    if record.kind not in KINDS_BY_MEETING:
        raise Http404
    if not may_run(request.user, record):
        raise PermissionDenied
    return record


def votable_ballot(request, uid) -> Ballot:
    """The same for a ballot."""
    ballot = get_object_or_404(visible_ballots(request.user), uid=uid)
    if not may_run(request.user, ballot.record):
        raise PermissionDenied
    return ballot


def is_closed(request, record: ActivityRecord) -> bool:
    """Says so when the record can be changed no more."""
    if record.state in EDITABLE and record.share.gathering.state != "cancelled":
        return False
    messages.error(request, CLOSED)
    return True


def carried_out(form, act: Callable[[], str]) -> str | None:
    """Where the action leads; None when it was refused, with the reasons on the form.

    The one-time key is claimed in the same savepoint, so that a refused form may be sent again.
    """
    try:
        with transaction.atomic():
            key = form.cleaned_data.get("submission_key")
            if key and (url := earlier_result(key, form.user)):
                return url
            url = act()
            if key:
                remember_result(key, url)
            return url
    except VoteRefused as refused:
        for problem in refused.problems:
            form.add_error(None, problem)
    except NotEditable:
        form.add_error(None, CLOSED)
    except Conflict:
        form.add_error(None, CONFLICT)
    return None


def crumbs(record: ActivityRecord, *rest: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [
        ("组织生活", "/activities/"),
        (record.title, reverse("activities:record", args=[record.uid])),
        ("表决和选举", record_url(record)),
        *rest,
    ]
