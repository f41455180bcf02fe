"""Long forms keep themselves: what was typed and not sent is offered again to the one who typed it."""

import datetime

import pytest
from django.utils import timezone

from activities.models import ActivityRecord
from branch_portal.kept import MAX_FORMS
from branch_portal.models import KeptForm
from branch_portal.retention import run_retention
from tests.activities.test_main_path import NEW, filled, hidden, page

pytestmark = pytest.mark.django_db


def keep_url(html: str) -> str:
    return hidden_attribute(html, "data-keep")


def hidden_attribute(html: str, name: str) -> str:
    return html.split(f'{name}="')[1].split('"')[0]


def test_what_was_typed_comes_back_unjudged_and_goes_with_the_submission(world, as_user):
    client = as_user(world.secretary_a)
    html = page(client)
    url = keep_url(html)
    typed = filled(html, theme="半途", content="写到一半", absent_line="3 5", place="") | {
        "remarks-TOTAL_FORMS": "1",
        "remarks-INITIAL_FORMS": "0",
        "remarks-0-speaker": "安国强",
        "remarks-0-text": "",
    }
    answer = client.post(url, typed)
    assert answer.status_code == 200 and "已自动保存" in answer.content.decode()
    again = page(client)
    assert "接着填写" in again and "写到一半" not in again
    restored = page(client, f"{NEW}?kept=1")
    for words in ("半途", "写到一半", 'value="3 5"', "安国强"):
        assert words in restored, words
    assert "没有保存，请修改" not in restored and "请填写" not in restored
    assert hidden(restored, "submission_key") not in ("", hidden(html, "submission_key"))
    sent = typed | {
        "common_reason": "外出",
        "place": "村部",
        "remarks-0-text": "好",
        "submission_key": hidden(restored, "submission_key"),
    }
    assert client.post(NEW, sent).status_code == 302
    assert ActivityRecord.objects.count() == 1
    assert KeptForm.objects.count() == 0


def test_nobody_else_is_offered_it(world, as_user):
    url = keep_url(page(as_user(world.secretary_a)))
    as_user(world.secretary_a).post(url, {"content": "只给自己看的话"})
    officer = as_user(world.officer_a)
    assert "接着填写" not in page(officer)
    assert "只给自己看的话" not in page(officer, f"{NEW}?kept=1")
    officer.post(url, {"_forget": "1"})
    assert KeptForm.objects.count() == 1


def test_it_can_be_thrown_away(world, as_user):
    client = as_user(world.secretary_a)
    url = keep_url(page(client))
    client.post(url, {"content": "不要了"})
    answer = client.post(url, {"_forget": "1", "next": NEW})
    assert answer.headers["Location"] == NEW
    assert "接着填写" not in page(client)
    assert client.post(url, {"_forget": "1", "next": "https://example.com/"}).headers["Location"] == "/"


def test_limits(world, as_user):
    client = as_user(world.secretary_a)
    assert client.post("/keep/BAD KEY/", {"a": "b"}).status_code == 404
    assert client.post("/keep/test:1/", {"a": "字" * 200_000}).status_code == 413
    for number in range(MAX_FORMS + 3):
        client.post(f"/keep/test:{number}/", {"a": "b"})
    assert KeptForm.objects.count() == MAX_FORMS
    run_retention(now=timezone.now() + datetime.timedelta(days=29))
    assert KeptForm.objects.count() == MAX_FORMS
    run_retention(now=timezone.now() + datetime.timedelta(days=31))
    assert KeptForm.objects.count() == 0
