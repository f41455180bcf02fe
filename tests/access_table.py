"""Who may open what, as data. Columns are the personas of `tests/personas.py`; objects belong to branch A.

An outcome is a status, or "login" for the way to the sign-in page. `who(rest, …)` gives everyone who signs in `rest`
and the named groups something else; whoever is not signed in is sent to sign in, unless `anybody` says otherwise.
"""

from tests import access_training
from tests.access_accounts import PUBLIC_ACCOUNTS, ROUTES_OF_ACCOUNTS
from tests.access_admin import ADMIN_MODELS, ROUTES_OF_ADMIN
from tests.access_audit import ROUTES_OF_AUDIT
from tests.access_checks import ROUTES_OF_CHECKS
from tests.access_data_protection import ROUTES_OF_DATA_PROTECTION
from tests.access_fill import ROUTES_OF_FILL
from tests.access_grid import ROUTES_OF_GRID
from tests.access_lesson_lines import lesson_lines
from tests.access_lines import (
    ANYBODY,
    BOTH_SIDES_READ,
    COLUMNS,
    COMMITTEES_CANNOT_POST,
    COMMITTEES_ONLY,
    DELEGATORS,
    DRAFT_OWNERS,
    DRAFT_OWNERS_POST,
    LEADERS_READ,
    NOT_GOT,
    NOT_POSTED,
    NOTICE_OWNERS,
    NOTICE_OWNERS_POST,
    NOTICE_READERS,
    NOTICE_SENDERS,
    OFFICERS_AND_STAFF,
    OFFICERS_READ,
    OPEN,
    OWN_BRANCH_READS,
    OWN_CELLS_CHANGE,
    OWN_COMMITTEE_ONLY,
    OWN_LOGGERS_CHANGE,
    OWN_OFFICERS_AND_STAFF_READ,
    OWN_OFFICERS_CHANGE,
    OWN_ORGANIZATION_READ,
    OWN_RUNNERS_CHANGE,
    OWN_TREE_CHANGES,
    RECEIVER_ANSWERS,
    ROBOT_KEEPERS,
    ROBOT_PRESSED,
    RUNNERS_PREPARE,
    SECRETARIES,
    SENDER_DECIDES,
    SIGNED_IN,
    STAFF_ISSUES,
    Line,
    who,
)
from tests.access_operations import PUBLIC_OPERATIONS, ROUTES_OF_OPERATIONS
from tests.access_own_study import ROUTES_OF_OWN_STUDY
from tests.access_requests import ROUTES_OF_REQUESTS
from tests.access_statistics import ROUTES_OF_STATISTICS
from tests.access_watch import ROUTES_OF_WATCH

__all__ = ["ADMIN_MODELS", "ANYBODY", "COLUMNS", "NOT_POSTED", "PUBLIC", "ROUTES", "Line"]


#: Routes that nobody has to sign in for; `login_not_required` elsewhere fails the test.
#: The sign-in code's page sends whoever is not logged in to the login by itself, so that it can remember when it was scanned.
PUBLIC = (
    {
        "privacy",
        "readyz",
        "accounts:login",
        "accounts:first-admin",
        "feed",
        "activities:sign-in",
        "verify:ask",
        "verify:code",
    }
    | PUBLIC_OPERATIONS
    | PUBLIC_ACCOUNTS
)

ROUTES: dict[str, Line] = {
    "workbench": Line(SIGNED_IN),
    "keep": Line(NOT_GOT, SIGNED_IN, values={"key": "test.form:1"}),
    "privacy": Line(OPEN, who(405, anybody=405)),
    "readyz": Line(OPEN, who(405, anybody=405)),
    # --- accounts: one's own ---
    "accounts:login": Line(who(302, anybody=200), who(302, anybody=200)),
    "accounts:logout": Line(NOT_GOT, who("login")),
    "accounts:elder-view": Line(NOT_GOT, who(302)),
    "accounts:act-for": Line(NOT_GOT, who(404)),
    "accounts:password": Line(SIGNED_IN, SIGNED_IN),
    "accounts:first-admin": Line(who(404, anybody=404), who(404, anybody=404)),
    # --- members: officers keep the roster, a member sees the own card, staff read, a superuser sees nobody ---
    "members:roster": Line(who(200, members=302, superuser=403)),
    "members:export": Line(LEADERS_READ, LEADERS_READ),
    "members:export-file": Line(who(404, secretary_a=200), thing="roster_export"),
    "members:print": Line(LEADERS_READ),
    "members:left": Line(LEADERS_READ),
    "members:lists-print": Line(LEADERS_READ),
    "members:lists": Line(LEADERS_READ),
    "members:changes": Line(who(403, officers=200, committees=200)),
    "members:changes-print": Line(who(403, officers=200, committees=200)),
    "members:changes-export": Line(who(403, officers=200, committees=200)),
    "members:file-add": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:file": Line(OWN_OFFICERS_AND_STAFF_READ, thing="file"),
    "members:file-remove": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="file"),
    "members:delegations": Line(DELEGATORS),
    "members:delegation-new": Line(DELEGATORS, DELEGATORS),
    "members:delegation-end": Line(
        who(403, secretary_a=200, staff=200, secretary_b=404, secretary_d=404, secretary_x=404, staff_x=404),
        who(403, secretary_a=200, staff=200, secretary_b=404, secretary_d=404, secretary_x=404, staff_x=404),
        thing="delegation",
    ),
    "members:new": Line(OFFICERS_READ, OFFICERS_READ),
    "members:import": Line(OFFICERS_READ, OFFICERS_READ),
    "members:import-template": Line(OFFICERS_READ),
    "members:import-preview": Line(who(403, officers=404, secretary_a=200), thing="batch"),
    "members:import-columns": Line(
        who(403, officers=404, secretary_a=200), who(403, officers=404, secretary_a=200), thing="batch"
    ),
    "members:import-check": Line(NOT_GOT, who(403, officers=404, secretary_a=302), thing="batch"),
    "members:import-errors": Line(who(403, officers=404, secretary_a=200), thing="batch"),
    "members:import-confirm": Line(NOT_GOT, who(403, officers=404, secretary_a=302), thing="batch"),
    "members:end-tenure": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="tenure"),
    "members:posts": Line(SIGNED_IN),
    "members:post": Line(SIGNED_IN, values={"post": "secretary"}),
    "members:post-print": Line(SIGNED_IN, values={"post": "secretary"}),
    "members:edit-post": Line(COMMITTEES_ONLY, COMMITTEES_ONLY, values={"post": "secretary"}),
    "members:terms": Line(OFFICERS_AND_STAFF, thing="branch"),
    "members:register-term": Line(OFFICERS_AND_STAFF, OFFICERS_AND_STAFF, thing="branch"),
    "members:extend-term": Line(OFFICERS_AND_STAFF, OFFICERS_AND_STAFF, thing="branch"),
    "members:end-term": Line(OFFICERS_AND_STAFF, OFFICERS_AND_STAFF, thing="branch"),
    "members:card": Line(OWN_OFFICERS_AND_STAFF_READ, thing="fellow"),
    "members:incomplete": Line(OFFICERS_READ),
    "members:dictionaries": Line(who(200, members=403)),
    "members:dictionary": Line(who(200, members=403), values={"table": "education"}),
    "members:dictionary-add": Line(
        who(403, back_office=200), who(403, back_office=200), values={"table": "education"}
    ),
    "members:dictionary-change": Line(
        who(403, back_office=200),
        who(403, back_office=200),
        thing="dictionary_entry",
        values={"what": "reword"},
    ),
    "members:card-print": Line(OWN_OFFICERS_AND_STAFF_READ, thing="fellow"),
    "members:confirmation": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:edit": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:transfer": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:exit": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:appoint": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:reveal": Line(
        who(404, secretary_a=200, officer_a=403, staff=403),
        who(404, secretary_a=200, officer_a=403, staff=403),
        thing="fellow",
    ),
    # --- members who move: both sides read a letter, each takes its own steps; the receiving side sees no card ---
    "members:attention": Line(LEADERS_READ),
    "members:transfers": Line(LEADERS_READ),
    "members:transfer-detail": Line(BOTH_SIDES_READ, thing="letter"),
    "members:transfer-letter": Line(BOTH_SIDES_READ, thing="letter"),
    "members:transfer-issue": Line(STAFF_ISSUES, STAFF_ISSUES, thing="letter"),
    "members:transfer-accept": Line(RECEIVER_ANSWERS, RECEIVER_ANSWERS, thing="letter"),
    "members:transfer-return": Line(RECEIVER_ANSWERS, RECEIVER_ANSWERS, thing="letter"),
    "members:transfer-withdraw": Line(SENDER_DECIDES, SENDER_DECIDES, thing="letter"),
    "members:transfer-expire": Line(SENDER_DECIDES, SENDER_DECIDES, thing="letter"),
    "members:transfer-request": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:away": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:back": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:lost": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:found": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:suspend": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:restore": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:contact": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:status-correct": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="status"),
    "members:reopen": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="former"),
    # Voting rights: whoever does not run votes is not told whether there is a fact, so the fact itself is 404 for them.
    "members:voting": Line(
        who(404, secretary_a=200, officer_a=403, staff=403),
        who(404, secretary_a=200, officer_a=403, staff=403),
        thing="fellow",
    ),
    "members:voting-days": Line(who(404, secretary_a=200), who(404, secretary_a=200), thing="voting_fact"),
    "members:me": Line(who(200, back_office=404)),
    "members:me-xlsx": Line(NOT_GOT, who(200, back_office=404)),
    "members:me-json": Line(NOT_GOT, who(200, back_office=404)),
    "members:correction-ask": Line(who(200, back_office=404), who(200, back_office=404)),
    "members:corrections": Line(who(403, officers=200, committees=200)),
    "members:correction": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="correction"),
    "members:correction-withdraw": Line(NOT_GOT, who(404, officers_a=403, staff=403), thing="correction"),
    "members:commendations": Line(LEADERS_READ),
    "members:commendations-export": Line(LEADERS_READ, LEADERS_READ),
    "members:commend": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="fellow"),
    "members:commendation": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="commendation"),
    "members:commendation-remove": Line(OWN_OFFICERS_CHANGE, OWN_OFFICERS_CHANGE, thing="commendation"),
    # --- organizations: the branch reads its own, its officers keep its cells, its committee keeps the tree ---
    "organizations:tree": Line(SIGNED_IN),
    # There are organisations already: whoever might found the first one finds no such page.
    "organizations:first": Line(who(403, superuser=404), who(403, superuser=404)),
    "organizations:detail": Line(OWN_ORGANIZATION_READ, thing="branch"),
    "organizations:create": Line(OWN_CELLS_CHANGE, OWN_CELLS_CHANGE, thing="branch"),
    "organizations:rename": Line(OWN_TREE_CHANGES, OWN_TREE_CHANGES, thing="branch"),
    "organizations:adjust": Line(OWN_TREE_CHANGES, OWN_TREE_CHANGES, thing="branch"),
    "organizations:move": Line(OWN_TREE_CHANGES, OWN_TREE_CHANGES, thing="branch"),
    "organizations:merge": Line(OWN_TREE_CHANGES, OWN_TREE_CHANGES, thing="branch"),
    "organizations:split": Line(OWN_TREE_CHANGES, OWN_TREE_CHANGES, thing="branch"),
    "organizations:abolish": Line(OWN_CELLS_CHANGE, OWN_CELLS_CHANGE, thing="cell"),
    "organizations:restore": Line(OWN_CELLS_CHANGE, OWN_CELLS_CHANGE, thing="cell"),
    # --- activities: the branch reads, its officers write, its secretary confirms, its committee returns ---
    "activities:records": Line(SIGNED_IN),
    "activities:records-print": Line(SIGNED_IN),
    "activities:records-export": Line(SIGNED_IN),
    "activities:choose-kind": Line(who(403, leaders=200)),
    "activities:new": Line(OFFICERS_READ, OFFICERS_READ),
    "activities:roll": Line(OFFICERS_READ),
    "activities:announce": Line(who(403, leaders=200), who(403, leaders=200)),
    "activities:gathering": Line(OWN_BRANCH_READS, thing="announced"),
    "activities:postpone": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="announced"),
    "activities:reschedule": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="announced"),
    "activities:cancel": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="announced"),
    "activities:record": Line(OWN_BRANCH_READS, thing="record"),
    "activities:edit": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="record"),
    "activities:add-part": Line(
        OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="record", values={"kind": "party_lecture"}
    ),
    "activities:edit-part": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="record"),
    "activities:resolutions": Line(SIGNED_IN),
    "activities:resolutions-export": Line(SIGNED_IN),
    "activities:resolution": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="resolution"),
    "activities:resolution-reopen": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="resolution"
    ),
    "activities:confirm": Line(NOT_GOT, who(404, insiders=403, secretary_a=302, staff=403), thing="record"),
    "activities:discard": Line(NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="record"),
    "activities:appraisal": Line(
        who(404, insiders=403, officers_a=200, staff=200),
        who(404, insiders=403, officers_a=200, staff=200),
        thing="appraisal",
    ),
    "activities:appraisal-print": Line(who(404, insiders=403, officers_a=200, staff=403), thing="appraisal"),
    "activities:appraisal-export": Line(
        who(404, insiders=403, officers_a=200, staff=200),
        who(404, insiders=403, officers_a=200, staff=200),
        thing="appraisal",
    ),
    "activities:appraisal-feedback": Line(
        who(404, insiders=403, officers_a=200, staff=403),
        who(404, insiders=403, officers_a=200, staff=403),
        thing="appraisal",
    ),
    "activities:talks": Line(SIGNED_IN),
    "activities:talks-print": Line(SIGNED_IN),
    "activities:talks-export": Line(SIGNED_IN),
    "activities:talk-new": Line(who(200, back_office=403), who(200, back_office=403)),
    # Between two members without accounts: for everybody else of the branch it does not exist.
    "activities:talk": Line(who(404, officers_a=200, staff=200), thing="talk"),
    "activities:talk-accept": Line(NOT_GOT, who(404, officers_a=302, staff=403), thing="talk"),
    "activities:talk-remove": Line(NOT_GOT, who(404, officers_a=302, staff=403), thing="talk"),
    "activities:return": Line(
        who(404, insiders=403, staff=200), who(404, insiders=403, staff=200), thing="record"
    ),
    # --- votes: the branch reads what a general meeting decided, who runs votes adds and changes them ---
    "activities:votes": Line(OWN_BRANCH_READS, thing="meeting"),
    "activities:vote": Line(OWN_RUNNERS_CHANGE, OWN_RUNNERS_CHANGE, thing="meeting"),
    "activities:election": Line(OWN_RUNNERS_CHANGE, OWN_RUNNERS_CHANGE, thing="meeting"),
    "activities:ballot": Line(OWN_BRANCH_READS, thing="ballot"),
    "activities:vote-edit": Line(OWN_RUNNERS_CHANGE, OWN_RUNNERS_CHANGE, thing="ballot"),
    "activities:vote-withdraw": Line(OWN_RUNNERS_CHANGE, OWN_RUNNERS_CHANGE, thing="ballot"),
    "activities:election-edit": Line(RUNNERS_PREPARE, RUNNERS_PREPARE, thing="election"),
    "activities:election-count": Line(RUNNERS_PREPARE, RUNNERS_PREPARE, thing="election"),
    "activities:election-further": Line(NOT_GOT, RUNNERS_PREPARE | {"secretary_a": 302}, thing="election"),
    "activities:election-reduce": Line(RUNNERS_PREPARE, RUNNERS_PREPARE, thing="election"),
    "activities:election-sheet": Line(who(404, officers_a=200, staff=200), thing="election"),
    "activities:election-paper": Line(RUNNERS_PREPARE, thing="election"),
    # --- the plan: who keeps the branch; what nobody was told of does not exist for its members ---
    "activities:plan": Line(who(403, leaders=200), who(403, leaders=200)),
    "activities:plan-theme-day": Line(NOT_GOT, who(403, leaders=200, cell_leader_a=403)),
    "activities:plan-redate": Line(NOT_GOT, who(403, leaders=302, cell_leader_a=403)),
    "activities:plan-print": Line(who(403, leaders=200, committees=200)),
    "activities:plan-export": Line(who(403, leaders=200, committees=200)),
    "activities:announce-planned": Line(NOT_GOT, who(404, officers_a=302, staff=403), thing="planned"),
    "activities:edit-planned": Line(
        who(404, officers_a=200, staff=403), who(404, officers_a=200, staff=403), thing="planned"
    ),
    "activities:drop-planned": Line(NOT_GOT, who(404, officers_a=302, staff=403), thing="planned"),
    "activities:calendar": Line(SIGNED_IN),
    "activities:calendar-print": Line(SIGNED_IN),
    "activities:holidays": Line(SIGNED_IN),
    "activities:holiday-table": Line(SIGNED_IN, values={"year": "2031"}),
    "activities:holidays-new": Line(who(403, back_office=200), who(403, back_office=200)),
    # --- files of a record: whoever reads it has them, whoever writes it keeps them ---
    "activities:attachments-add": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="record"
    ),
    "activities:attachment": Line(OWN_BRANCH_READS, thing="attachment"),
    "activities:attachment-thumb": Line(OWN_BRANCH_READS, thing="attachment"),
    "activities:attachment-caption": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="attachment"
    ),
    "activities:attachment-remove": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="attachment"
    ),
    # --- sign-up: members of the branch answer, its officers keep the list, staff read it ---
    "activities:signup": Line(NOT_GOT, who(404, insiders=302, staff=403), thing="announced"),
    "activities:signup-leave": Line(
        who(404, insiders=302, staff=403), who(404, insiders=302, staff=403), thing="announced"
    ),
    "activities:signup-terms": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="announced"),
    "activities:signups": Line(who(404, insiders=403, officers_a=200, staff=200), thing="announced"),
    "activities:signups-export": Line(who(404, insiders=403, officers_a=200, staff=200), thing="announced"),
    "activities:signups-add": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="announced"
    ),
    "activities:signup-remove": Line(NOT_GOT, who(404, officers_a=302, staff=403), thing="signup"),
    "activities:service": Line(who(200, members=302, superuser=403)),
    "activities:service-export": Line(LEADERS_READ),
    # --- red bases: the committee's are its subtree's, a branch's its own ---
    "activities:bases": Line(SIGNED_IN),
    "activities:base-new": Line(
        who(403, officers=200, committees=200), who(403, officers=200, committees=200)
    ),
    "activities:base": Line(OWN_BRANCH_READS, thing="base"),
    "activities:base-edit": Line(
        who(404, insiders=403, officers_a=200, staff=200),
        who(404, insiders=403, officers_a=200, staff=200),
        thing="base",
    ),
    "activities:gathering-base": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="announced"),
    # --- joint gatherings: branch B invites branch A; only the invited branch answers, only the host takes back ---
    "activities:invite": Line(
        OWN_LOGGERS_CHANGE, who(404, insiders=403, officers_a=302, staff=403), thing="announced"
    ),
    "activities:invitation": Line(who(404, officers_a=200, secretary_b=403), thing="invitation"),
    "activities:invitation-accept": Line(
        NOT_GOT, who(404, officers_a=302, secretary_b=403), thing="invitation"
    ),
    "activities:invitation-decline": Line(
        NOT_GOT, who(404, officers_a=302, secretary_b=403), thing="invitation"
    ),
    "activities:invitation-withdraw": Line(
        NOT_GOT, who(404, officers_a=403, secretary_b=302), thing="invitation"
    ),
    # --- around the roll: a member answers, makes up and doubts; whoever keeps the roll decides ---
    "activities:roll-names": Line(NOT_GOT, OFFICERS_READ),
    "activities:answer": Line(NOT_GOT, who(404, insiders=302, staff=302), thing="announced"),
    "activities:decide-leave": Line(NOT_GOT, who(404, officers_a=302), thing="leave"),
    "activities:print-sheet": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="announced"
    ),
    "activities:roll-sheet": Line(who(404, officers_a=200), thing="sheet"),
    "activities:sign-in-screen": Line(OWN_LOGGERS_CHANGE, thing="announced"),
    "activities:sign-in-live": Line(OWN_LOGGERS_CHANGE, thing="announced"),
    "activities:sign-in-open": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="announced"
    ),
    "activities:sign-in-close": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="announced"
    ),
    "activities:sign-in": Line(who(404), who(404)),
    "activities:make-ups": Line(OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="record"),
    "activities:make-up": Line(
        who(404, officers_a=200, member_a=200), who(404, officers_a=403, member_a=200), thing="make_up"
    ),
    "activities:decide-make-up": Line(NOT_GOT, who(404, officers_a=302), thing="make_up"),
    "activities:mine": Line(SIGNED_IN),
    "activities:raise-dispute": Line(who(404), who(404), thing="gathering_share"),
    "activities:dispute": Line(
        who(404, officers_a=200, member_a=200), who(404, officers_a=200, member_a=403), thing="dispute"
    ),
    # --- paper: whoever reads a record prints it; its keepers amend, its secretary signs and archives ---
    "activities:sheet": Line(OWN_BRANCH_READS, thing="record"),
    "activities:sheet-print": Line(OWN_BRANCH_READS, thing="record"),
    "activities:archive": Line(NOT_GOT, who(404, insiders=403, secretary_a=302, staff=403), thing="record"),
    "activities:amend-choose": Line(OWN_LOGGERS_CHANGE, thing="record"),
    "activities:amend": Line(
        OWN_LOGGERS_CHANGE, OWN_LOGGERS_CHANGE, thing="record", values={"field": "content"}
    ),
    "activities:amendment-sign": Line(
        NOT_GOT, who(404, insiders=403, secretary_a=302, staff=403), thing="amendment"
    ),
    "activities:amendment-withdraw": Line(
        NOT_GOT, who(404, insiders=403, officers_a=302, staff=403), thing="amendment"
    ),
    "activities:archive-year": Line(SECRETARIES, SECRETARIES),
    "activities:binders": Line(LEADERS_READ, LEADERS_READ),
    "activities:binder": Line(who(404, secretary_a=200), thing="binder"),
    "activities:templates": Line(COMMITTEES_ONLY),
    "activities:template-new": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "activities:template-placeholders": Line(COMMITTEES_ONLY),
    "activities:template-sample": Line(COMMITTEES_ONLY),
    "activities:template": Line(OWN_COMMITTEE_ONLY, thing="paper_template"),
    "activities:template-trial": Line(OWN_COMMITTEE_ONLY, thing="paper_template"),
    "activities:template-original": Line(OWN_COMMITTEE_ONLY, thing="paper_template"),
    "activities:template-withdraw": Line(NOT_GOT, who(403, staff=302, staff_x=404), thing="paper_template"),
    # A code that cannot be one is answered without a look into the archive.
    "verify:ask": Line(OPEN, who(405, anybody=405)),
    "verify:code": Line(who(404, anybody=404), who(405, anybody=405), values={"code": "2222222223"}),
    # --- learning: one's own year; officers and staff their branches' ---
    "learning:my-year": Line(who(200, committees=302)),
    "learning:my-year-print": Line(who(200, back_office=403)),
    "learning:branch": Line(who(403, officers=200, committees=200)),
    "learning:branch-print": Line(who(403, officers=200, committees=200)),
    "learning:branch-export": Line(who(403, officers=200, committees=200)),
    "learning:member-year": Line(OWN_OFFICERS_AND_STAFF_READ, thing="fellow"),
    "learning:member-year-print": Line(OWN_OFFICERS_AND_STAFF_READ, thing="fellow"),
    "learning:my-year-export": Line(who(200, back_office=403)),
    "learning:member-year-export": Line(OWN_OFFICERS_AND_STAFF_READ, thing="fellow"),
    # --- certificates: issued by whoever may read the year; without a one-time key the page leads back ---
    "learning:certificate-own": Line(NOT_GOT, who(302, back_office=403)),
    "learning:certificate-issue": Line(NOT_GOT, who(404, officers_a=302, staff=302), thing="fellow"),
    "learning:certificate": Line(OWN_OFFICERS_AND_STAFF_READ, thing="study_certificate"),
    "learning:certificate-print": Line(OWN_OFFICERS_AND_STAFF_READ, thing="study_certificate"),
    "learning:certificate-docx": Line(OWN_OFFICERS_AND_STAFF_READ, thing="study_certificate"),
    # --- questions: the member asks about an own credit, the branch answers ---
    "learning:ask": Line(who(404, member_a=200), who(404, member_a=200), thing="own_credit"),
    "learning:question": Line(
        who(404, officers_a=200, member_a=200),
        who(404, officers_a=200, member_a=403),
        thing="study_question",
    ),
    # --- notices: nobody reads another's message ---
    "notices:inbox": Line(SIGNED_IN),
    "notices:read-all": Line(NOT_GOT, who(302)),
    "notices:received": Line(SIGNED_IN),
    "notices:sent": Line(NOTICE_SENDERS),
    "notices:notice-new": Line(NOTICE_SENDERS, NOTICE_SENDERS),
    "notices:notice": Line(NOTICE_READERS, thing="notice"),
    "notices:notice-read": Line(NOT_GOT, who(404, insiders=302), thing="notice"),
    "notices:notice-receipts": Line(NOTICE_OWNERS, thing="notice"),
    "notices:notice-edit": Line(DRAFT_OWNERS, DRAFT_OWNERS, thing="notice_draft"),
    "notices:notice-send": Line(DRAFT_OWNERS, DRAFT_OWNERS, thing="notice_draft"),
    "notices:notice-discard": Line(NOT_GOT, DRAFT_OWNERS_POST, thing="notice_draft"),
    "notices:notice-correct": Line(NOTICE_OWNERS, NOTICE_OWNERS, thing="notice"),
    "notices:notice-withdraw": Line(NOTICE_OWNERS, NOTICE_OWNERS, thing="notice"),
    "notices:notice-remind": Line(NOT_GOT, NOTICE_OWNERS_POST, thing="notice"),
    "notices:notice-files": Line(NOT_GOT, DRAFT_OWNERS_POST, thing="notice_draft"),
    "notices:notice-answer": Line(NOT_GOT, who(404, member_a=302), thing="notice_target"),
    "notices:notice-file": Line(NOTICE_READERS, thing="notice_file"),
    "notices:notice-file-remove": Line(NOT_GOT, NOTICE_OWNERS_POST, thing="notice_file"),
    "notices:message": Line(who(404, member_a=200), thing="message"),
    "notices:open": Line(NOT_GOT, who(404, member_a=302), thing="message"),
    "notices:read": Line(NOT_GOT, who(404, member_a=302), thing="message"),
    # --- reminders: set by the administrator, below a committee by its staff; what failed is its keeper's to see ---
    "notices:rules": Line(who(403, back_office=200)),
    "notices:rule": Line(who(403, superuser=200), who(403, superuser=200), values={"key": "make_up"}),
    "notices:rule-restore": Line(NOT_GOT, who(403, superuser=302), values={"key": "make_up"}),
    "notices:rule-override": Line(
        OWN_COMMITTEE_ONLY, OWN_COMMITTEE_ONLY, thing="committee", values={"key": "make_up"}
    ),
    "notices:rule-follow": Line(
        NOT_GOT, who(403, staff=302, staff_x=404), thing="committee", values={"key": "make_up"}
    ),
    "notices:receipt": Line(who(404, officers_a=200), thing="slot"),
    "notices:retry": Line(NOT_GOT, who(404, officers_a=302), thing="dead_mail"),
    # --- channels: one's own wishes; robots are looked after by the secretary and the staff above ---
    "notices:preferences": Line(SIGNED_IN, who(302)),
    "notices:robots": Line(DELEGATORS),
    "notices:robot-new": Line(DELEGATORS, DELEGATORS),
    "notices:robot": Line(ROBOT_KEEPERS, ROBOT_KEEPERS, thing="robot"),
    "notices:robot-try": Line(NOT_GOT, ROBOT_PRESSED, thing="robot"),
    "notices:robot-off": Line(NOT_GOT, ROBOT_PRESSED, thing="robot"),
    "notices:robot-on": Line(NOT_GOT, ROBOT_PRESSED, thing="robot"),
    # --- feeds: an address is its owner's; what lies behind a wrong one is nothing ---
    "notices:feeds": Line(SIGNED_IN, SIGNED_IN),
    "notices:feed-renew": Line(NOT_GOT, who(404, secretary_a=200), thing="feed"),
    "notices:feed-revoke": Line(NOT_GOT, who(404, secretary_a=302), thing="feed"),
    "feed": Line(who(404, anybody=404), who(405, anybody=405)),
    # --- jobs: whoever asked for it ---
    "jobs:progress": Line(who(404, secretary_a=200), thing="job"),
    "jobs:cancel": Line(NOT_GOT, who(404, secretary_a=302), thing="job"),
    **access_training.LINES,
    **ROUTES_OF_AUDIT,
    **ROUTES_OF_GRID,
    **ROUTES_OF_ACCOUNTS,
    **ROUTES_OF_OPERATIONS,
    **ROUTES_OF_DATA_PROTECTION,
    **ROUTES_OF_OWN_STUDY,
    **ROUTES_OF_STATISTICS,
    # --- supervision: committee staff, within their subtree ---
    "supervision:grid": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:grid-export": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:study": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:study-export": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    **ROUTES_OF_WATCH,
    "supervision:receipts": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:receipts-export": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:branch": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, thing="branch"),
    "supervision:cell": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, thing="branch"),
    **ROUTES_OF_FILL,
    # --- the admin's own pages ---
    "admin:index": Line(who(403, back_office=200), who(403, back_office=200)),
    "admin:login": Line(who(403, back_office=302), who(403, back_office=302)),
    "admin:logout": Line(who(403, back_office=302), who(403, back_office=302)),
    "admin:password_change": Line(who(403, back_office=302), who(403, back_office=302)),
    "admin:password_change_done": Line(who(403, back_office=200), who(403, back_office=405)),
    "admin:autocomplete": Line(who(403), who(403, back_office=405)),
    **ROUTES_OF_ADMIN,
    "admin:jsi18n": Line(who(403, back_office=200), who(403, back_office=405)),
    # With one administrator for all (as here) there are no three to be made; `tests/access_platform.py` has the other case.
    "admin:members_user_platform_role": Line(who(403), who(403), thing="user"),
    "admin:members_user_reset_password": Line(
        who(403, superuser=200, committees=404), who(403, superuser=200, committees=404), thing="user"
    ),
    "admin:app_list": Line(
        who(403, back_office=404), who(403, back_office=404), values={"app_label": "none"}
    ),
    "admin/(?P<url>.*)$": Line(who(403, back_office=404), who(403, back_office=404)),
    **lesson_lines(Line, who),
    **ROUTES_OF_REQUESTS,
    **ROUTES_OF_CHECKS,
}
