"""开通账号 by one-time links: names that can be read out, a link that works once, and nobody who knows another's password."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from members.actions.account_links import find_link, make_link, open_accounts, open_colleague, use_link
from members.actions.account_state import disable_account
from members.actions.errors import ActionRefused
from members.models import AccountLink, SecurityEvent, User
from members.rules.account_names import new_token, read_token, user_names
from tests import factories as make
from tests.members.doors import NEXT_PASSWORD, PASSWORD, QUICK, phone_of, signed_in_as, with_password
from tests.personas import build_world


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def url(token: str) -> str:
    return f"/accounts/link/{token}/"


def passwords(password: str = PASSWORD) -> dict[str, str]:
    return {"password1": password, "password2": password}


# --- Names and tokens ---


@given(
    st.lists(st.text(alphabet="张三李四欧阳单曾AbÀ·-", max_size=5), max_size=12),
    st.sets(st.sampled_from(["zhangsan", "lisi2"])),
)
def test_names_are_free_plain_and_one_each(names, taken):
    chosen = user_names(names, taken)
    assert len(set(chosen)) == len(names)
    assert not set(chosen) & taken
    assert all(name.isascii() and name.isalnum() and name == name.lower() for name in chosen)


def test_the_number_begins_with_the_second():
    assert user_names(["张三", "张三", "章散"], {"zhangsan2"}) == ["zhangsan", "zhangsan3", "zhangsan4"]


def test_a_token_may_be_typed_off_paper():
    token = new_token()
    typed = f" {token.upper().replace('-', ' ')} "
    assert read_token(typed) == token.replace("-", "")
    assert not set("01loi") & set(token)
    assert read_token(token[:-1]) == read_token("no-such-token") == ""


# --- Opening ---


def test_accounts_are_opened_for_own_members_without_one(world):
    people = world.members_a
    outsider = make.member(world.branch_x, "外人")
    slips = open_accounts(by=world.staff, members=[*people, outsider])
    assert {slip.user.member_id for slip in slips} == {person.pk for person in people[4:]}
    assert all(not slip.user.has_usable_password() for slip in slips)
    assert not User.objects.filter(member=outsider).exists()
    assert open_accounts(by=world.staff, members=people) == []
    kinds = SecurityEvent.objects.values_list("kind", "by_id")
    assert list(kinds) == [("opened", world.staff.pk)] * 6


def test_only_the_hash_is_kept(world):
    (slip,) = open_accounts(by=world.staff, members=[world.members_a[5]])
    link = AccountLink.objects.get()
    assert slip.token.replace("-", "") not in link.token_hash
    assert (link.purpose, link.expires_at - link.created_at) == ("open", datetime.timedelta(days=7))


def test_a_colleague_gets_dated_rights_no_wider_than_one_s_own(world):
    today = datetime.date.today()
    terms = {
        "display_name": "周敏",
        "role": "committee_staff",
        "valid_from": today,
        "valid_to": today + datetime.timedelta(days=300),
        "reason": "新来的干事",
    }
    slip = open_colleague(by=world.staff, organization=world.general_branch, **terms)
    colleague = User.objects.get(pk=slip.user.pk)
    assert colleague.access.may("view_roster", world.branch_a)
    assert not colleague.access.may("view_roster", world.branch_d)
    for place, role in ((world.committee_x, "committee_staff"), (world.branch_a, "secretary")):
        with pytest.raises(ActionRefused):
            open_colleague(by=world.staff, organization=place, **terms | {"role": role})
    assert User.objects.filter(display_name="周敏").count() == 1


# --- The page behind the link ---


def test_the_link_sets_the_password_once_and_signs_in(world):
    (slip,) = open_accounts(by=world.staff, members=[world.members_a[5]])
    client = Client()
    page = client.get(url(slip.token)).content.decode()
    assert "高海燕，您好" in page and slip.user.username in page
    assert find_link(slip.token, datetime.datetime.now(datetime.UTC)), "looking at the page spends nothing"
    weak = client.post(url(slip.token), passwords("12345678"))
    assert weak.context["form"].errors["password1"]
    assert client.post(url(slip.token), passwords()).url == "/"
    assert signed_in_as(client) == str(slip.user.pk)
    assert User.objects.get(pk=slip.user.pk).check_password(PASSWORD)
    assert Client().get("/", follow=True).status_code == 200


def test_spent_void_late_and_unknown_links_get_the_same_words(world):
    (slip,) = open_accounts(by=world.staff, members=[world.members_a[5]])
    newer = make_link(by=world.staff, user=slip.user)
    answers = [Client().get(url(slip.token)), Client().get(url(new_token())), Client().get(url("rubbish"))]
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=7, minutes=1)):
        answers.append(Client().get(url(newer.token)))
    Client().post(url(newer.token), passwords())
    answers.append(Client().get(url(newer.token)))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_slips_scanned_again_stop_nobody(world):
    (used, fresh) = open_accounts(by=world.staff, members=world.members_a[4:6])
    Client().post(url(used.token), passwords())
    assert {Client().get(url(used.token)).status_code for _ in range(12)} == {404}
    assert Client().get(url(fresh.token)).status_code == 200


def test_a_reset_ends_the_sessions_and_keeps_the_second_step(world, as_user):
    user = with_password(world.member_a)
    before = as_user(user)
    phone_of(user)
    before = as_user(user)
    slip = make_link(by=world.staff, user=user)
    assert before.get("/").status_code == 200, "the old password holds until the link is used"
    client = Client()
    assert client.post(url(slip.token), passwords(NEXT_PASSWORD)).url == "/accounts/second-step/"
    assert signed_in_as(client) is None
    assert before.get("/").status_code == 302


def test_a_closed_account_has_no_link(world):
    slip = make_link(by=world.staff, user=world.member_a)
    disable_account(by=world.staff, user=world.member_a, reason="停用测试")
    assert Client().get(url(slip.token)).status_code == 404
    with pytest.raises(ActionRefused):
        make_link(by=world.staff, user=world.member_a)


def test_of_fifty_uses_at_once_one_sets_the_password(committed_db):
    world = build_world()
    (slip,) = open_accounts(by=world.staff, members=[world.members_a[5]])
    start, done, raised = threading.Barrier(50), [], []

    def use(number: int) -> None:
        try:
            start.wait(30)
            if use_link(token=slip.token, password=f"{PASSWORD}-{number}") is not None:
                done.append(number)
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert (raised, len(done)) == ([], 1)
    assert User.objects.get(pk=slip.user.pk).check_password(f"{PASSWORD}-{done[0]}")
    assert SecurityEvent.objects.filter(kind="link_used").count() == 1
