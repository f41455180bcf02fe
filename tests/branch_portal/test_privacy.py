"""The page that the law wants: open to everybody, with who answers and how to reach them."""

import pytest

pytestmark = pytest.mark.django_db


def test_everybody_reads_who_answers_and_what_is_promised(client, settings, world):
    settings.PORTAL_OPERATOR, settings.PORTAL_CONTACT = "清源镇党委", "组织办公室 6510001"
    page = client.get("/privacy/").text
    assert "清源镇党委" in page and "组织办公室 6510001" in page
    for word in ("为了什么，依据是什么", "谁能看到", "保存多久", "申请更正", "非涉密系统"):
        assert word in page
    assert client.post("/privacy/").status_code == 405


def test_the_way_there_stands_on_the_sign_in_page_and_on_every_page(client, world, as_user):
    assert 'href="/privacy/"' in client.get("/accounts/login/").text
    assert 'href="/privacy/"' in as_user(world.member_a).get("/").text
