"""The tabs of a member's card that the roster itself brings; higher apps register theirs beside them."""

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import card_tab
from members.cards import completeness, further_facts, missing_items, national_facts
from members.models import Member
from members.queries.cards import affiliations_of, commendations_of, files_of, flows_of, tenures_of
from members.queries.dictionaries import label_of


@card_tab("basic", "基本信息", 10)
def basic(request, member):
    return "members/_basic.html", {
        "facts": national_facts(member),
        "further": further_facts(member),
        "completeness": completeness(member),
        "missing": missing_items(member),
    }


@card_tab("affiliations", "组织关系", 20)
def affiliations(request, member):
    return "members/_affiliations.html", {
        "affiliations": affiliations_of(member),
        "may_reopen": may_reopen(request.user, member),
    }


@card_tab("posts", "职务", 30)
def posts(request, member):
    return "members/_posts.html", {"tenures": tenures_of(member), "day": today_shanghai()}


@card_tab("commendations", "表彰", 60)
def commendations(request, member):
    rows = [(row, label_of("commendation_level", row.level)) for row in commendations_of(member)]
    return "members/_commendations.html", {"commendations": rows}


@card_tab("floating", "流动", 70)
def floating(request, member):
    branch = member.branch
    may_run_votes = branch is not None and request.user.access.may(Permission.RUN_VOTES, branch)
    return "members/_floating.html", flows_of(member) | {"may_run_votes": may_run_votes}


@card_tab("files", "附件", 80)
def files(request, member):
    return "members/_files.html", {"files": files_of(member)}


def may_reopen(user, member: Member) -> bool:
    """Whoever keeps the card of a former member may record that the member comes back."""
    return (
        member.branch is None
        and member.standing in (Member.Standing.TRANSFERRED_OUT, Member.Standing.EXITED)
        and user.access.may(Permission.EDIT_ROSTER, member.left_branch)
    )
