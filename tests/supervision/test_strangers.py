"""Doors that looked shut: whoever worked here once, rights that grew after a link was made, branches that were handed over."""

import datetime
import io

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from members.actions.account_links import find_link, make_link, open_accounts
from members.actions.passwords import set_password
from members.models import RoleGrant
from members.queries.account_list import accounts_of, manageable_by
from members.rules.sessions import FRESH
from notices.models import ReminderSlot
from supervision.actions.findings import close_finding, rectify_finding, reopen_finding
from supervision.actions.forms import add_form
from supervision.actions.inspections import (
    FindingFacts,
    InspectionFacts,
    InspectionRefused,
    raise_finding,
    write_inspection,
)
from supervision.actions.request_answers import return_answer
from supervision.actions.request_errors import WorkRefused
from supervision.actions.requests import remind_branches
from supervision.models import Finding
from supervision.queries.audit import acts_page, changes_page
from supervision.queries.audit_models import by_model
from tests import factories as make
from tests.members.doors import NEXT_PASSWORD, QUICK, sign_in, with_password
from tests.supervision.blank_books import book
from tests.supervision.requests import answered, sent
from tests.supervision.test_audit import act, rename
from tests.supervision.test_fill_forms import bind

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture
def lower(world):
    """Who works for the general branch below the committee."""
    found = make.user("lower", display_name="总支干事")
    make.grant(found, "committee_staff", world.general_branch)
    return found


def end(user) -> None:
    RoleGrant.objects.filter(user=user).update(valid_to=today_shanghai() - DAY)


# --- Links ---


def test_a_link_is_void_once_its_account_has_rights_beyond_its_maker(world, lower):
    (slip,) = open_accounts(by=lower, members=[world.members_a[5]])
    assert find_link(slip.token, timezone.now())
    make.grant(slip.user, "committee_staff", world.committee)
    assert find_link(slip.token, timezone.now()) is None


def test_a_link_of_who_no_longer_works_here_is_void(world, lower):
    (slip,) = open_accounts(by=lower, members=[world.members_a[5]])
    end(lower)
    assert find_link(slip.token, timezone.now()) is None


def test_one_s_own_new_password_voids_the_link(world):
    slip = make_link(by=world.staff, user=world.secretary_a)
    set_password(by=world.secretary_a, user=world.secretary_a, password=NEXT_PASSWORD)
    assert find_link(slip.token, timezone.now()) is None


# --- Accounts ---


def test_who_works_elsewhere_now_is_no_longer_in_the_list(world, lower):
    end(lower)
    assert lower in accounts_of(world.staff), "somebody has to be able to close it"
    assert lower in manageable_by(world.staff)
    make.grant(lower, "committee_staff", world.committee_x)
    assert lower not in accounts_of(world.staff)
    assert lower in accounts_of(world.staff_x)


# --- The audit ---


def test_why_somebody_acted_for_another_committee_is_not_told(world, lower):
    make.grant(lower, "committee_staff", world.committee_x)
    foreign = make.member(world.branch_x, "东湖某人")
    act(lower, rename(foreign, "东湖水厂"), "东湖某人因病调整")
    _, ours = acts_page(user=world.staff, cursor=None)
    _, theirs = acts_page(user=world.staff_x, cursor=None)
    _, all_of_them = acts_page(user=world.superuser, cursor=None)
    assert [found.reason for found in ours if found.who == "总支干事"] == [""]
    assert "东湖某人因病调整" in {found.reason for found in theirs}
    assert "东湖某人因病调整" not in {found.reason for found in all_of_them}, (
        "an administrator reads no content"
    )


def test_an_account_that_is_gone_is_as_shut_as_one_that_is_there(world):
    gone = make.user("gone", display_name="某某", member=world.members_a[6])
    act(world.superuser, gone.delete)
    _, told = changes_page(user=world.staff, tracked=by_model(type(gone)), cursor=None, label="delete")
    assert told == []


# --- Branches that were handed over ---


def handed_over(branch, committee):
    type(branch).objects.move(branch, committee, "last-child")
    return type(branch).objects.get(pk=branch.pk)


def test_a_branch_that_was_handed_over_is_neither_reminded_nor_sent_back_to(world):
    work = sent(world)
    target = answered(world, work, by=world.secretary_d, branch=world.branch_d)
    handed_over(world.branch_b, world.committee_x)
    handed_over(world.branch_d, world.committee_x)
    assert remind_branches(by=world.staff, request=work) == 1, "A alone"
    with pytest.raises(WorkRefused, match="不归您管理"):
        return_answer(by=world.staff, target=target, reason="请补充")


def test_a_branch_that_was_handed_over_gets_no_finding_any_more(world):
    facts = InspectionFacts("一季度检查", today_shanghai(), "组织委员", "")
    inspection = write_inspection(by=world.staff, facts=facts, branches=[world.branch_d])
    branch = handed_over(world.branch_d, world.committee_x)
    said = FindingFacts(branch, "other", "问题", today_shanghai() + DAY)
    with pytest.raises(InspectionRefused):
        raise_finding(by=world.staff, inspection=inspection, facts=said)
    assert not Finding.objects.exists()


def test_what_leaves_the_portal_does_not_quote_the_inspection_s_title(world):
    """Anybody's words may name somebody: “关于某某来信的核查”."""
    day = today_shanghai()
    facts = InspectionFacts("关于安国强来信的核查", day, "组织委员", "")
    inspection = write_inspection(by=world.staff, facts=facts, branches=[world.branch_a])
    said = FindingFacts(world.branch_a, "other", "问题", day + DAY)
    row = raise_finding(by=world.staff, inspection=inspection, facts=said)
    (owed,) = [one for one in due_items(branches=[world.branch_a], day=day) if one.rule_key == "finding_due"]
    rectify_finding(by=world.secretary_a, finding=row, text="已整改")
    reopen_finding(by=world.staff, finding=row, text="还不够", due_on=day + DAY)
    close_finding(by=world.staff, finding=row)
    told = ReminderSlot.objects.filter(subject__startswith="supervision.finding:")
    assert told.count() >= 2
    words = [owed.title, *(f"{slot.title}{slot.body}" for slot in told)]
    assert not [one for one in words if "安国强" in one]


# --- Asked again ---


@pytest.mark.parametrize(
    ("persona", "path"),
    [
        ("staff", reverse("supervision:statistics-list-export")),
        ("staff", reverse("supervision:confirmations-export")),
        ("staff", reverse("supervision:contacts-export")),
        ("staff", reverse("supervision:audit-access-export")),
        ("staff", "/admin/export/members/member/"),
    ],
)
def test_lists_of_people_are_taken_out_by_who_is_at_the_desk(world, settings, persona, path):
    settings.PORTAL_STAFF_TOTP, settings.PORTAL_FRESH_SIGN_IN = False, True
    client = sign_in(with_password(getattr(world, persona)))
    assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        assert client.get(path).url.startswith("/accounts/fresh/")


def test_a_filled_form_with_people_in_it_too(world, settings):
    settings.PORTAL_STAFF_TOTP, settings.PORTAL_FRESH_SIGN_IN = False, True
    blank = io.BytesIO(book({"表": [["姓名", "合计"], [None, None]]}))
    form = add_form(by=world.staff, organization=world.committee, name="表", file=blank, file_name="表.xlsx")
    bind(world, form, "B2", "members")
    client, url = sign_in(with_password(world.staff)), reverse("supervision:form-filled", args=[form.uid])
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        assert client.get(url).status_code == 200, "figures are nobody's"
        bind(world, form, "A2", "roster", column="name")
        assert client.get(url).url.startswith("/accounts/fresh/")


def test_accounts_and_grants_are_not_ended_in_bulk_by_an_open_screen(world, settings):
    settings.PORTAL_STAFF_TOTP, settings.PORTAL_FRESH_SIGN_IN = False, True
    client = sign_in(with_password(world.superuser))
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        for path, action in (("user", "close_accounts"), ("rolegrant", "end_today")):
            url = f"/admin/members/{path}/"
            assert client.get(url).status_code == 200, "looking is free"
            asked = client.post(url, {"action": action, "_selected_action": ["1"]})
            assert "fresh_password" in asked.content.decode()
