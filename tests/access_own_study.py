"""Lines of the access table about own study and the learning plan."""

from tests.access_lines import NOT_GOT, NOT_POSTED, OFFICERS_READ, Line, who

MEMBERS_ONLY = who(200, back_office=403)
#: member_a's own; officers and staff read it, and it stays the member's to change.
MEMBERS_OWN = who(404, member_a=200, officers_a=403, staff=403)
READ_BY_BRANCH = who(404, member_a=200, officers_a=200, staff=200)
STUDY_READERS = who(403, officers=200, committees=200)
OWN_WRITERS = who(404, insiders=403, officers_a=200, staff=403)


def _left(outcomes, code: int = 302):
    """The same, where success leads to another page."""
    return {column: code if found == 200 else found for column, found in outcomes.items()}


ROUTES_OF_OWN_STUDY: dict[str, Line] = {
    "learning:submissions": Line(MEMBERS_ONLY),
    "learning:submission-new": Line(MEMBERS_ONLY, MEMBERS_ONLY, values={"kind": "book"}),
    "learning:submission-preview": Line(NOT_GOT, MEMBERS_ONLY, values={"kind": "book"}),
    "learning:submission": Line(READ_BY_BRANCH, thing="submission"),
    # What waits for the branch is changed by nobody: its writer is led to its page.
    "learning:submission-edit": Line(_left(MEMBERS_OWN), _left(MEMBERS_OWN), thing="submission"),
    "learning:submission-withdraw": Line(NOT_GOT, _left(MEMBERS_OWN), thing="submission"),
    "learning:submission-judge": Line(NOT_GOT, who(404, officers_a=200), thing="submission"),
    "learning:submission-file": Line(READ_BY_BRANCH, thing="submission_file"),
    "learning:submission-file-remove": Line(NOT_GOT, _left(MEMBERS_OWN), thing="submission_file"),
    "learning:review": Line(OFFICERS_READ, OFFICERS_READ),
    "learning:review-print": Line(OFFICERS_READ),
    "learning:review-export": Line(OFFICERS_READ),
    # A branch's plan: the branch and those above read it once it is published, its officers write it.
    "learning:my-plan": Line(who(200, committees=302, superuser=403)),
    "learning:plans": Line(STUDY_READERS),
    "learning:plan-new": Line(STUDY_READERS, STUDY_READERS),
    "learning:plan": Line(who(404, insiders=200, staff=200), thing="learning_plan"),
    "learning:plan-rename": Line(OWN_WRITERS, OWN_WRITERS, thing="learning_plan"),
    "learning:plan-publish": Line(NOT_GOT, _left(OWN_WRITERS), thing="learning_plan"),
    "learning:topic-new": Line(OWN_WRITERS, OWN_WRITERS, thing="learning_plan"),
    "learning:topic-edit": Line(OWN_WRITERS, OWN_WRITERS, thing="plan_topic"),
    "learning:topic-remove": Line(NOT_GOT, _left(OWN_WRITERS), thing="plan_topic"),
    "learning:topic-coverage": Line(OWN_WRITERS, _left(OWN_WRITERS), thing="plan_topic"),
    "learning:matrix": Line(STUDY_READERS, NOT_POSTED),
    "learning:matrix-print": Line(STUDY_READERS),
    "learning:matrix-export": Line(STUDY_READERS),
}
