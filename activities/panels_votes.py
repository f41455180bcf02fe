"""表决和选举 on a record's page: results, and for who runs votes the ways to add one."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from activities.models import ActivityRecord, Ballot
from activities.page_panels import record_panel
from activities.queries.ballots import ballots_of
from activities.queries.electors import outdated
from activities.rules.states import EDITABLE
from activities.rules.vote_kinds import KINDS_BY_MEETING
from activities.views.ballot_page import outcome_state
from branch_portal.permissions import Permission
from branch_portal.registries import Panel
from branch_portal.tables import Column, Table


@record_panel
def votes_panel(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """None where the kind takes no votes, and for whom there is nothing to read or to do."""
    if record.kind not in KINDS_BY_MEETING:
        return None
    runs = request.user.access.may(Permission.RUN_VOTES, record.branch)
    may_add = runs and record.state in EDITABLE and record.share.roll_saved_at is not None
    ballots = ballots_of(request.user, record)
    if not ballots and not may_add:
        return None
    context = {
        "table": Table(_columns(), ballots, caption="表决和选举"),
        "sentences": [ballot for ballot in ballots if ballot.state == Ballot.State.DECIDED],
        "waiting": sum(ballot.state == Ballot.State.OPEN for ballot in ballots),
        "stale": bool(ballots) and may_add and bool(outdated(record)),
        "may_add": may_add,
        "vote_url": reverse("activities:vote", args=[record.uid]),
        "election_url": reverse("activities:election", args=[record.uid]),
    }
    return Panel("activities/_panel_votes.html", context, order=60)


def _columns() -> list[Column]:
    return [
        Column("事项", lambda ballot: ballot.title, cell=_linked),
        Column("应到", lambda ballot: ballot.expected_voting, numeric=True),
        Column("实到", lambda ballot: ballot.present_voting, numeric=True),
        Column("票数", _votes),
        Column("结果", lambda ballot: outcome_state(ballot)[1], cell=_badge),
    ]


def _linked(ballot: Ballot):
    return format_html('<a href="{}">{}</a>', reverse("activities:ballot", args=[ballot.uid]), ballot.title)


def _badge(ballot: Ballot):
    return format_html('<span class="status is-{}">{}</span>', *outcome_state(ballot))


def _votes(ballot: Ballot) -> str:
    if ballot.is_election:
        return f"应选 {ballot.seats} 名"
    written = f"（另书面赞成 {ballot.written_for}）" if ballot.written_for else ""
    return f"赞成 {ballot.votes_for}{written}，不赞成 {ballot.votes_against}，弃权 {ballot.votes_abstain}"
