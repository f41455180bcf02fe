"""Row-level security, the second line behind `visible_to`: which tables, by which columns, and how it is put into PostgreSQL.

`PROTECTED` is the only declaration. The policies compare a row's branch with ids that the transaction carries, and its member
with who is asking (`branch_portal.database`); they know no permissions and no fields, which stay the querysets' matter.
Installed after each migration, by the owner; what is unchanged is left alone, so that nothing is locked.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.apps import apps
from django.utils.module_loading import import_string

TREE = "members_partyorganization"
_PERSON = "members.Member"


@dataclass(frozen=True)
class Protected:
    """A model whose rows belong to branches.

    `branch` are its relations to organisations, `member` those to people whose own row it is ("" when it is the person);
    `through` is a relation to a protected row: whoever sees that one sees this one. `known` is further SQL under which a row
    may be read, with {table} for its name. `moves`: the row may come to belong to another branch.
    """

    model: str
    branch: tuple[str, ...] = ()
    member: tuple[str, ...] = ()
    through: str = ""
    known: str = ""
    moves: bool = False


#: Functions of the owner, which sees all: each answers one question.
_FUNCTIONS = (
    "members.row_security.REACHES",
    "members.row_security.MEMBERS_ONCE_KNOWN",
    "members.row_security.MEMBERS_KNOWN",
    "learning.row_security.MEMBERS_TRAINED",
    "activities.row_security.SHARES_ATTENDED",
    "activities.row_security.GATHERINGS_SHARED",
)

_BRANCH, _MEMBER = ("branch",), ("member",)

PROTECTED = (
    Protected(
        "members.Member", ("branch", "left_branch"), ("",),
        known="{table}.id IN (SELECT portal_members_once_known()) OR {table}.id IN (SELECT portal_members_trained())",
    ),
    Protected("members.Affiliation", _BRANCH, _MEMBER, through="member"),
    *(
        Protected(f"members.{name}", member=_MEMBER, through="member")
        for name in (
            "MemberStatus", "VotingRightFact", "ContactLog", "Commendation", "MemberFile", "CorrectionRequest", "ErasureRequest",
        )
    ),
    Protected("learning.StudyCredit", _BRANCH, _MEMBER),
    Protected("learning.MemberYear", _BRANCH, _MEMBER),
    Protected("learning.StudyCertificate", _BRANCH, _MEMBER),
    Protected("learning.LessonCompletion", _BRANCH, _MEMBER, moves=True),
    Protected("learning.QuizAttempt", _BRANCH, _MEMBER),
    Protected("learning.TopicConfirmation", _BRANCH, _MEMBER),
    Protected("learning.StudyQuestion", _BRANCH, _MEMBER),
    Protected("learning.StudySubmission", _BRANCH, _MEMBER, moves=True),
    Protected("learning.SubmissionEntry", through="submission"),
    Protected("learning.SubmissionFile", through="submission"),
    Protected("activities.GatheringBranch", _BRANCH, known="{table}.id IN (SELECT portal_shares_attended()) OR {table}.gathering_id IN (SELECT portal_gatherings_shared())"),
    Protected("activities.ActivityRecord", _BRANCH, known="{table}.share_id IN (SELECT portal_shares_attended())"),
    Protected("activities.AgendaItem", _BRANCH),
    Protected("activities.Remark", _BRANCH),
    Protected("activities.Resolution", _BRANCH),
    Protected("activities.Amendment", _BRANCH),
    Protected("activities.Attachment", _BRANCH),
    Protected("activities.AppraisalSheet", _BRANCH),
    Protected("activities.AppraisalEntry", _BRANCH, _MEMBER),
    Protected("activities.Ballot", _BRANCH),
    Protected("activities.Elector", _BRANCH, _MEMBER),
    Protected("activities.Candidate", _BRANCH, _MEMBER),
    Protected("activities.RollEntry", _BRANCH, _MEMBER),
    Protected("activities.LeaveRequest", _BRANCH, _MEMBER),
    Protected("activities.MakeUp", _BRANCH, _MEMBER),
    Protected("activities.AttendanceDispute", _BRANCH, _MEMBER),
    Protected("activities.SignIn", _BRANCH, _MEMBER),
    Protected("activities.SignUp", _BRANCH, _MEMBER),
    Protected("activities.HeartTalk", _BRANCH, ("one", "other")),
    Protected("supervision.RecordComment", _BRANCH),
)  # fmt: skip


#: What hangs on an organisation or a person and is not protected, and why.
_WORK = "the branch's work or figures, nothing about one person"
_OVER = "belongs to a committee and is read by branches below it"
_BEFORE = "read before anybody is known, or for people in other branches"
UNPROTECTED = {
    "members.User": _BEFORE,
    "members.MemberKey": "salts: without the key file and the protected row they open nothing",
    "members.PersonalDataErasure": "that something was erased and by whom, nothing of what it was",
    "members.RoleGrant": _BEFORE,
    "members.PostTenure": "who holds which post is known beyond the branch; names come from the protected table",
    "members.CommitteeTerm": _WORK,
    "members.OrganizationChange": _WORK,
    "members.ColumnMapping": _WORK,
    "members.ImportBatch": "the owner's own, and empty after a day",
    "members.AffiliationTransfer": "two branches at once; names come from the protected table",
    "notices.RobotAddress": _WORK,
    "notices.ReminderRuleOverride": _WORK,
    "notices.ReminderSlot": "the outbox: written for people of other branches",
    "notices.Delivery": "the outbox: written for people of other branches",
    "notices.CalendarFeed": _BEFORE,
    "notices.Notice": _OVER,
    "notices.NoticeTarget": _OVER,
    "learning.BranchStudyYear": _WORK,
    "learning.TrainingClass": _OVER,
    "learning.TrainingBranch": _OVER,
    "learning.TrainingEnrollment": "whoever holds a class lists people of several committees; names come from the protected table",
    "learning.ExternalFile": _OVER,
    "learning.ExternalRow": "rows of a committee's file before anybody has said whose they are; emptied when it is done",
    "learning.LessonSeries": _OVER,
    "learning.Lesson": _OVER,
    "learning.LearningPlan": _OVER,
    "learning.TopicLink": _WORK,
    "learning.Question": _OVER,
    "activities.RedBase": _OVER,
    "activities.Gathering": "theme, time and place; shared by the branches that hold it together",
    "activities.BranchYear": _WORK,
    "activities.Invitation": "two branches at once, nothing about a person",
    "activities.RecordLesson": _WORK,
    "activities.RecordSeal": _WORK,
    "activities.PaperTemplate": _OVER,
    "activities.Binder": "the owner's own file",
    "activities.RecordQuality": _WORK,
    "activities.RollSheet": _WORK,
    "activities.SignInOpening": _WORK,
    "activities.SignUpOffer": _WORK,
    "supervision.FormTemplate": _OVER,
    "supervision.FormRun": "the owner's own file",
    "supervision.SpotCheck": _OVER,
    "supervision.SpotCheckItem": _WORK,
    "supervision.Inspection": _OVER,
    "supervision.InspectedBranch": _WORK,
    "supervision.Finding": _WORK,
    "supervision.BranchReminder": _WORK,
    "supervision.RemindedPeriod": _WORK,
    "supervision.WorkRequest": _OVER,
    "supervision.RequestBranch": _WORK,
    "supervision.RequestAnswer": _WORK,
    "supervision.StatisticsReport": _OVER,
    "supervision.StatisticsRun": "the owner's own file",
}


# --- The policies ---


def _everything(scope: str) -> str:
    return f"(SELECT current_setting('portal.{scope}', true) = 'all')"


def _in_ids(column: str, ids: str) -> str:
    """Worked out once a statement (an InitPlan), not once a row."""
    return f"{column} = ANY ((SELECT coalesce(nullif(current_setting('portal.{ids}', true), ''), '{{}}')::bigint[])::bigint[])"


def _is_asker(column: str) -> str:
    return f"{column} = (SELECT nullif(current_setting('portal.member_id', true), '')::bigint)"


def _conditions(protected: Protected, *, write: bool) -> str:
    model = apps.get_model(protected.model)
    table = model._meta.db_table

    def column(name: str) -> str:
        return f"{table}.{model._meta.get_field(name).column if name else 'id'}"

    found = [_everything("edit_scope" if write else "scope")]
    ids = "edit_ids" if write else "organization_ids"
    found += [_in_ids(column(name), ids) for name in protected.branch]
    found += [_is_asker(column(name)) for name in protected.member]
    if protected.through:
        parent = model._meta.get_field(protected.through).related_model._meta.db_table
        found.append(f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {column(protected.through)})")
    if protected.known and not write:
        found.append(protected.known.format(table=table))
    return " OR ".join(found)


def policies_of(protected: Protected) -> dict[str, tuple[str, str]]:
    """Policy name → (command, what it says).

    A row that may be read may be locked and is found by an UPDATE, whose result must be writable: so a change beyond the
    asker's reach is refused loudly, and one of another branch finds nothing.
    """
    read, write = _conditions(protected, write=False), _conditions(protected, write=True)
    return {
        "portal_read": ("SELECT", f"USING ({read})"),
        "portal_insert": ("INSERT", f"WITH CHECK ({write})"),
        "portal_update": ("UPDATE", f"USING ({read}) WITH CHECK ({write})"),
        "portal_delete": ("DELETE", f"USING ({write})"),
    }


# --- The audit's events ---


def event_of(protected: Protected):
    """The model of the events that triggers write beside it; None for what is not tracked."""
    return getattr(apps.get_model(protected.model), "pgh_event_model", None)


def event_policies_of(protected: Protected) -> dict[str, tuple[str, str]]:
    """An event holds a copy of the row: it is read where the row stood, and by whoever knows the row as it is now.

    Histories are read through many events of others, so what is asked beyond the own column is worked out once a statement,
    where the first foreign event is met. Adding stays free: triggers write an event of whatever change was let through.
    """
    event, tracked = event_of(protected), apps.get_model(protected.model)

    def column(name: str) -> str:
        return f"{event._meta.db_table}.{event._meta.get_field(name).column}"

    found = [_everything("scope"), *(_in_ids(column(name), "organization_ids") for name in protected.branch)]
    if protected.model == _PERSON or protected.through == "member":
        member = column("pgh_obj" if protected.model == _PERSON else "member")
        found.append(f"{member} IN (SELECT portal_members_known())")
    elif protected.through:
        parent = tracked._meta.get_field(protected.through).related_model
        found.append(_of_branch_now(parent, column(protected.through)))
    elif protected.moves:
        found.append(_of_branch_now(tracked, column("pgh_obj")))
    return {
        "portal_read": ("SELECT", f"USING ({' OR '.join(found)})"),
        "portal_insert": ("INSERT", "WITH CHECK (true)"),
    }


def _of_branch_now(model, key: str) -> str:
    return f"{key} IN (SELECT id FROM {model._meta.db_table} held WHERE {_in_ids('held.branch_id', 'organization_ids')})"


def all_policies() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, policy name) → (command, what it says), of the tables and of their events."""
    wanted: dict[tuple[str, str], tuple[str, str]] = {}
    for protected in PROTECTED:
        table = apps.get_model(protected.model)._meta.db_table
        wanted |= {(table, name): policy for name, policy in policies_of(protected).items()}
        if event := event_of(protected):
            table = event._meta.db_table
            wanted |= {(table, name): policy for name, policy in event_policies_of(protected).items()}
    return wanted


# --- Installing ---

_INSTALLED = """
SELECT c.relname, p.polname, obj_description(p.oid, 'pg_policy') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND c.relforcerowsecurity = %s
"""


def install(owner_connection, web_role: str) -> int:
    """Put the policies in place; returns how many had to be written.

    `FORCE` binds the owner too, and pg_dump refuses a table whose rows it might not all see: so it is said only where the
    owner may bypass policies (BYPASSRLS, which a superuser gives). Elsewhere the owner is exempt as owner.
    """
    quote, written = owner_connection.ops.quote_name, 0
    with owner_connection.cursor() as cursor:
        for name in _FUNCTIONS:
            cursor.execute(import_string(name))
        cursor.execute("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
        force = cursor.fetchone()[0]
        cursor.execute(_INSTALLED, [force])
        installed = {(table, policy): mark for table, policy, mark in cursor.fetchall()}
        wanted = {
            key: f"FOR {command} TO {quote(web_role)} {says}"
            for key, (command, says) in all_policies().items()
        }
        for (table, policy), says in wanted.items():
            mark = sha256(says.encode()).hexdigest()[:16]
            if installed.get((table, policy)) == mark:
                continue
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} {'FORCE' if force else 'NO FORCE'} ROW LEVEL SECURITY")
            cursor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
            cursor.execute(f"CREATE POLICY {policy} ON {table} {says}".replace("%", "%%"), [])
            cursor.execute(f"COMMENT ON POLICY {policy} ON {table} IS '{mark}'")
            written += 1
        for table, policy in installed.keys() - wanted.keys():
            cursor.execute(f"DROP POLICY {quote(policy)} ON {quote(table)}")
    return written
