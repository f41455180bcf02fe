"""Row-level security, the second line: what a request may read and write when the code forgets whose rows it asks for.

The requests here are real ones through the whole middleware; what their view does has no `visible_to` on purpose.
"""

import ast
import re
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from celery.signals import task_postrun, task_prerun
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import ProgrammingError, connection, transaction
from django.http import JsonResponse
from django.test import Client
from django.urls import include, path

from activities.models import ActivityRecord, GatheringBranch, RollEntry
from branch_portal.checks import OWN_APPS
from branch_portal.database import as_system, beyond_scope, set_context
from branch_portal.permissions import PlatformRole
from branch_portal.row_security import PROTECTED, UNPROTECTED, all_policies
from branch_portal.scoping import Scope
from learning.models import MemberYear, StudyCredit, StudySubmission
from members.models import Affiliation, Member, MemberStatus, PartyOrganization
from tests import factories as make
from tests.activities import factories as activities
from tests.harness.scopes import as_a_request_begins
from tests.learning import factories as learning
from tests.personas import platform_accounts
from tests.source import ROOT, called_name, nodes, python_files

pytestmark = pytest.mark.skipif(not settings.PORTAL_ROW_SECURITY, reason="row-level security is turned off")

_work: list[Callable[[], Any]] = []


@login_not_required
def careless(request):
    return JsonResponse({"said": _work[-1]()})


urlpatterns = [path("careless/", careless), path("", include("branch_portal.urls"))]


@pytest.fixture
def inside(settings, as_user):
    """`inside(user, work)` → what `work()` returns in a request of that user (None: of nobody)."""
    settings.ROOT_URLCONF = __name__

    def run(user, work):
        client = Client() if user is None else as_user(user)
        _work.append(work)
        try:
            return client.get("/careless/").json()["said"]
        finally:
            _work.pop()

    return run


def refused(work) -> str:
    """What PostgreSQL says to it; "" when it let it through."""
    try:
        with transaction.atomic():
            work()
    except ProgrammingError as error:
        return str(error)
    return ""


def branches_seen(model=Member) -> list[int]:
    return sorted(set(model.objects.values_list("branch_id", flat=True)))


def tables() -> list[str]:
    return sorted({table for table, _ in all_policies()})


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


# --- What is protected ---


def test_every_model_of_a_branch_or_a_person_is_protected_or_says_why_not():
    hangs = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS
        and not model._meta.proxy
        and not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if field.related_model in (PartyOrganization, Member) and field.name != "path"
    }
    protected = {each.model for each in PROTECTED}
    assert hangs - {"members.PartyOrganization"} == (protected & hangs) | UNPROTECTED.keys()
    assert not protected & UNPROTECTED.keys()
    assert all(len(reason) > 10 for reason in UNPROTECTED.values())


def test_the_document_lists_every_use_of_beyond_scope():
    used = {
        (str(path.relative_to(ROOT)), node.args[0].value)
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node) == "beyond_scope" and node.args and isinstance(node.args[0], ast.Constant)
    }
    text = (ROOT / "docs/row-security.md").read_text(encoding="utf-8")
    assert used and used == set(re.findall(r"^\| `([a-z_/]+\.py)` \| (.+) \|$", text, re.MULTILINE))


@pytest.mark.django_db
def test_the_policies_of_the_declaration_are_in_the_catalogue(owner_sql):
    rows = owner_sql(
        "SELECT c.relname, p.polname, p.polpermissive, ARRAY(SELECT rolname::text FROM pg_roles WHERE oid = ANY(p.polroles))"
        " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relrowsecurity AND c.relforcerowsecurity"
    )
    assert {row[:2] for row in rows} == all_policies().keys()
    assert all(permissive and roles == ["portal_web"] for *_, permissive, roles in rows)


@pytest.mark.django_db
def test_the_web_role_cannot_take_it_away(owner_sql):
    assert owner_sql("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'portal_web'") == [
        (False, False)
    ]
    assert owner_sql(
        "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relowner = 'portal_web'::regrole"
    ) == [(0,)]
    assert owner_sql("SELECT pg_has_role('portal_web', 'portal_owner', 'MEMBER')") == [(False,)]
    for statement in (
        "ALTER TABLE members_member DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE members_member NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY portal_read ON members_member",
        "CREATE POLICY more ON members_member USING (true)",
        "ALTER ROLE portal_web BYPASSRLS",
        "SET ROLE portal_owner",
    ):
        assert refused(lambda statement=statement: connection.cursor().execute(statement)), statement
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL row_security = off")
        assert "row-level security" in refused(lambda: Member.objects.count())
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_owner_dumps_every_row(world, worker_database):
    """As pg_dump does, which would rather fail than miss a row."""
    with psycopg2.connect(worker_database.owner_url) as owner, owner.cursor() as cursor:
        cursor.execute("SET row_security = off")
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {table}")
    owner.close()


# --- Nobody, and nothing set ---


@pytest.mark.django_db
def test_without_a_scope_every_protected_table_is_empty(world):
    filled = [model for model in (Member, Affiliation) if model.objects.exists()]
    assert filled == [Member, Affiliation]
    with as_a_request_begins():
        for table in tables():
            assert rows_in(table) == 0, table
        assert "row-level security" in refused(lambda: make.member(world.branch_a, "无名"))


@pytest.mark.django_db
def test_a_visitor_sees_nobody(world, inside):
    assert inside(None, Member.objects.count) == 0


def test_the_scope_ends_with_the_transaction(fresh_database):
    """On a connection of the web role, as a web process has one; nothing is left for the next request."""
    web = psycopg2.connect(fresh_database.web_url)
    try:
        for end in (web.commit, web.rollback):
            with web.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('portal.scope', 'all', true), current_setting('portal.scope')"
                )
                assert cursor.fetchone() == ("all", "all")
            end()
            with web.cursor() as cursor:
                cursor.execute("SELECT current_setting('portal.scope', true)")
                assert cursor.fetchone()[0] in (None, "")
            web.commit()
    finally:
        web.close()


# --- Careless code in somebody's request ---


@pytest.mark.django_db
def test_a_secretary_reads_the_own_branch_alone(world, inside):
    assert inside(world.secretary_b, branches_seen) == [world.branch_b.pk]
    assert inside(world.secretary_a, branches_seen) == [world.branch_a.pk]
    assert (
        inside(world.secretary_b, Member.objects.count)
        == Member.objects.filter(branch=world.branch_b).count()
    )
    assert (
        inside(world.secretary_b, lambda: Member.objects.filter(pk=world.members_a[0].pk).exists()) is False
    )


@pytest.mark.django_db
def test_committee_staff_read_their_subtree_and_the_root_everything(world, inside):
    of_tree = PartyOrganization.objects.filter(path__startswith=world.committee.path, kind="branch")
    seen = inside(world.staff, branches_seen)
    assert seen and set(seen) <= set(of_tree.values_list("pk", flat=True))
    assert world.branch_a.pk in seen and world.branch_x.pk not in seen


@pytest.mark.django_db
def test_a_superuser_and_the_only_root_carry_no_list(db):
    root = make.organization("committee")
    branch = make.organization("branch", parent=root)
    make.member(branch, "王芳")
    scope = Scope(paths=(root.path,))
    with transaction.atomic():
        set_context(scope=scope)
        assert _setting("scope") == "all" and Member.objects.count() == 1
        transaction.set_rollback(True)
    make.organization("committee")
    with transaction.atomic():
        set_context(scope=scope)
        assert _setting("scope") == "" and str(branch.pk) in _setting("organization_ids")
        assert Member.objects.count() == 1
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_change_of_another_branch_finds_nothing(world, inside):
    assert (
        inside(world.secretary_b, lambda: Member.objects.filter(branch=world.branch_a).update(employer="x"))
        == 0
    )
    assert (
        inside(world.secretary_b, lambda: Affiliation.objects.filter(branch=world.branch_a).delete()[0]) == 0
    )
    assert not Member.objects.filter(employer="x").exists()


@pytest.mark.django_db
def test_a_row_for_another_branch_is_refused(world, inside):
    def write_into_a():
        return refused(lambda: make.member(world.branch_a, "新人"))

    def move_to_a():
        return refused(
            lambda: Member.objects.filter(branch=world.branch_b).update(branch=world.branch_a, cell=None)
        )

    def status_in_a():
        row = MemberStatus(member=world.members_a[0], kind="floating", period=("2026-01-01", None))
        return refused(lambda: row.save(force_insert=True))

    for work in (write_into_a, move_to_a, status_in_a):
        assert "row-level security" in inside(world.secretary_b, work), work
    assert "row-level security" not in inside(world.secretary_a, write_into_a)


@pytest.mark.django_db
def test_a_member_writes_the_own_rows_alone_and_who_keeps_the_platform_none(world, inside):
    """The branch is readable at this line; which of its fields is the querysets' matter."""
    me, colleague = world.member_a.member, world.members_a[0]
    assert me.pk != colleague.pk

    def rename(member):
        return refused(lambda: Member.objects.filter(pk=member.pk).update(employer="新单位"))

    def removed(member):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM members_member WHERE id = %s", [member.pk])
            return cursor.rowcount

    three = platform_accounts()
    for administrator in (three[PlatformRole.SECURITY], three[PlatformRole.AUDIT]):
        assert "row-level security" in inside(administrator, lambda: rename(colleague))
    assert inside(world.member_a, lambda: rename(me)) == ""
    assert "row-level security" in inside(world.member_a, lambda: rename(colleague))
    assert inside(world.member_a, lambda: removed(colleague)) == 0


@pytest.mark.django_db
def test_a_branch_goes_on_knowing_who_left_it(world, inside):
    """A roll of last year names people who are elsewhere now; an inner join must not lose its line."""
    from members.actions.affiliations import transfer_member

    moved = world.members_a[5]
    transfer_member(by=None, member=moved, branch=world.branch_b, on=_today())
    asked = Member.objects.filter(pk=moved.pk).exists
    assert inside(world.secretary_a, asked) is True
    assert inside(world.secretary_b, asked) is True
    assert (
        inside(
            world.secretary_a,
            lambda: refused(lambda: Member.objects.filter(pk=moved.pk).update(employer="x")),
        )
        != ""
    )


@pytest.mark.django_db
def test_lists_of_a_branch_need_no_second_look(world, inside):
    """Records, rolls and credits without a filter: nothing of another branch, in count, value or aggregate."""
    for by, branch in ((world.secretary_a, world.branch_a), (world.secretary_b, world.branch_b)):
        activities.record(by, branch)
    for model in (GatheringBranch, ActivityRecord, RollEntry, StudyCredit, MemberYear):
        assert set(branches_seen(model)) == {world.branch_a.pk, world.branch_b.pk}, model
        assert inside(world.secretary_b, lambda model=model: branches_seen(model)) == [world.branch_b.pk], (
            model
        )


# --- The audit's events ---


def events_seen(model, **condition) -> int:
    return model.pgh_event_model.objects.filter(**condition).count()


def test_every_tracked_table_that_is_protected_has_its_events_protected():
    protected = {each.model for each in PROTECTED}
    events = {
        model._meta.db_table
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model") and model.pgh_tracked_model._meta.label in protected
    }
    assert len(events) > 30
    assert events == {table for table in tables() if table.endswith("event")}


@pytest.mark.django_db
def test_events_are_read_where_the_row_stood(world, inside):
    """Without a filter, and of rows of which only the events are left."""
    for by, branch in ((world.secretary_a, world.branch_a), (world.secretary_b, world.branch_b)):
        activities.record(by, branch)
    status = make.status(world.members_a[6], "floating", since=make.LONG_AGO)
    MemberStatus.objects.filter(pk=status.pk).delete()
    for model in (Member, Affiliation, GatheringBranch, ActivityRecord, RollEntry, StudyCredit):
        event = model.pgh_event_model
        assert {world.branch_a.pk, world.branch_b.pk} <= set(branches_seen(event)), model
        assert inside(world.secretary_b, lambda event=event: branches_seen(event)) == [world.branch_b.pk], (
            model
        )
    gone = {"pgh_label": "delete", "pgh_obj_id": status.pk}
    assert inside(world.secretary_a, lambda: events_seen(MemberStatus, **gone)) == 1
    assert inside(world.secretary_b, lambda: events_seen(MemberStatus, **gone)) == 0
    assert inside(None, lambda: events_seen(Member)) == 0


@pytest.mark.django_db
def test_the_events_of_who_moved_are_known_to_both_branches(world, inside):
    """What came before is the old value that the new branch's history is compared with; statistics of a past day ask for it."""
    from members.actions.affiliations import transfer_member

    moved = world.members_a[5]
    transfer_member(by=None, member=moved, branch=world.branch_b, on=_today())
    whole = events_seen(Member, pgh_obj_id=moved.pk)
    assert whole > 1
    for reader, seen in ((world.secretary_a, whole), (world.secretary_b, whole), (world.secretary_d, 0)):
        assert inside(reader, lambda: events_seen(Member, pgh_obj_id=moved.pk)) == seen, reader


@pytest.mark.django_db
def test_the_events_of_a_row_that_changed_its_branch_follow_it(world, inside):
    row = learning.draft(world.member_a)
    StudySubmission.objects.filter(pk=row.pk).update(branch=world.branch_b)
    assert inside(world.secretary_b, lambda: events_seen(StudySubmission, pgh_obj_id=row.pk)) == 2
    assert inside(world.secretary_d, lambda: events_seen(StudySubmission, pgh_obj_id=row.pk)) == 0


@pytest.mark.django_db
def test_a_change_of_one_s_own_leaves_its_event(world, inside):
    """Who may read no history adds to it."""
    me = world.member_a.member
    inside(world.member_a, lambda: Member.objects.filter(pk=me.pk).update(employer="新单位"))
    assert events_seen(Member, pgh_obj_id=me.pk, employer="新单位") == 1


# --- Going beyond, and processes that nobody asks ---


@pytest.mark.django_db
def test_beyond_scope_ends_where_it_says(world, inside):
    def work():
        seen = [Member.objects.count()]
        with beyond_scope("a test"):
            seen.append(Member.objects.count())
            with beyond_scope("a test within"):
                pass
            seen.append(Member.objects.count())
        seen.append(Member.objects.count())
        with pytest.raises(ZeroDivisionError), beyond_scope("a test that fails"):
            raise ZeroDivisionError
        seen.append(Member.objects.count())
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            beyond_scope("a test that breaks the transaction"),
        ):
            connection.cursor().execute("SELECT no_such_column")
        seen.append(Member.objects.count())
        return seen

    everybody, own = Member.objects.count(), Member.objects.filter(branch=world.branch_b).count()
    assert inside(world.secretary_b, work) == [own, everybody, everybody, own, own, own]
    with pytest.raises(ValueError, match="reason"), beyond_scope(""):
        pass


def test_beyond_scope_outside_of_a_transaction_opens_one(committed_db):
    with as_a_request_begins():
        with beyond_scope("a test"):
            assert connection.in_atomic_block and _setting("scope") == "all"
        assert _setting("scope") == ""


def test_a_worker_sees_everything_during_a_task_and_nothing_between_two(committed_db):
    task_prerun.send(sender=None)
    try:
        connection.close()  # a connection that is lost meanwhile
        assert _setting("scope") == "all"
    finally:
        task_postrun.send(sender=None)


def test_a_job_runs_in_its_owners_scope(committed_db):
    root, other = make.organization("committee"), make.organization("committee")
    branch, foreign = make.organization("branch", parent=root), make.organization("branch", parent=other)
    make.member(foreign, "别人")
    owner = make.user("secretary", member=make.member(branch, "书记"))
    with as_system("a test"), transaction.atomic():
        set_context(user=owner, scope=owner.access.widest, editable=owner.access.widest_editable)
        assert branches_seen() == [branch.pk]
    assert len(branches_seen()) == 2


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [f"portal.{name}"])
        return cursor.fetchone()[0] or ""


def _today():
    from branch_portal.dates import today_shanghai

    return today_shanghai()
