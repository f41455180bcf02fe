"""云端党课: who sees, changes and completes a lesson, and the one credit that follows."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from learning.actions.completions import confirm_completions, say_completed
from learning.actions.lesson_files import add_attachment
from learning.actions.lessons import publish_lesson, save_series, withdraw_lesson
from learning.models import Lesson, LessonCompletion, LessonFile, MemberYear, StudyCredit
from learning.queries.lessons import catalogue
from tests import factories as make
from tests.access_lessons import lesson_file
from tests.activities.test_main_path import hidden
from tests.activities.uploads import picture as photograph
from tests.learning.lessons import lesson, question

pytestmark = pytest.mark.django_db
URL = "/learning/lessons/"


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PORTAL_DISK_RESERVE_MB = 1


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def listed(client, **query) -> list[str]:
    return [row.title for row in client.get(URL, query).context["table"].rows]


def messages(client, url) -> str:
    return client.get(url).content.decode()


# --- In whose sight ---


def test_a_committees_lesson_is_its_subtrees_and_a_branchs_its_own(world, as_user):
    lesson(world.staff, world.committee, title="镇党委的课")
    lesson(world.secretary_a, world.branch_a, title="一支部的课")
    lesson(world.staff_x, world.committee_x, title="东湖的课")
    lesson(world.secretary_a, world.branch_a, title="草稿", publish=False)
    seen = {
        "member_a": ["一支部的课", "镇党委的课"],
        "secretary_a": ["一支部的课", "镇党委的课"],
        "member_b": ["镇党委的课"],
        "secretary_d": ["镇党委的课"],
        "staff": ["一支部的课", "镇党委的课"],
        "staff_x": ["东湖的课"],
        "superuser": [],
    }
    for name, expected in seen.items():
        assert listed(as_user(world.users[name])) == expected, name
    draft = Lesson.objects.get(title="草稿")
    for name, status in {"member_a": 404, "secretary_a": 200, "staff": 200, "secretary_b": 404}.items():
        assert as_user(world.users[name]).get(f"{URL}{draft.uid}/").status_code == status, name
    theirs = Lesson.objects.get(title="镇党委的课")
    assert as_user(world.secretary_a).get(f"{URL}{theirs.uid}/edit/").status_code == 403


def test_an_audience_by_post_or_category(world, as_user):
    lesson(world.staff, world.committee, title="书记", audience="posts", audience_values=["secretary"])
    lesson(
        world.staff, world.committee, title="预备", audience="categories", audience_values=["probationary"]
    )
    newcomer = make.user("newcomer", member=world.members_a[9])
    assert listed(as_user(world.secretary_a)) == ["书记"]
    assert listed(as_user(newcomer)) == ["预备"]
    assert listed(as_user(world.member_a)) == []
    row = Lesson.objects.get(title="书记")
    assert as_user(world.member_a).get(f"{URL}{row.uid}/").status_code == 404


def test_a_lesson_taken_down_stays_with_who_completed_it(world, as_user):
    row = lesson(world.secretary_a, world.branch_a)
    confirm_completions(by=world.secretary_a, lesson=row, members=[world.members_a[3]])
    withdraw_lesson(by=world.secretary_a, lesson=row)
    assert "已学完" in text(as_user(world.member_a).get(f"{URL}{row.uid}/"))
    assert as_user(world.cell_leader_a).get(f"{URL}{row.uid}/").status_code == 404
    assert StudyCredit.objects.standing().count() == 1


def test_a_series_is_offered_by_its_title(world, as_user):
    series = save_series(by=world.secretary_a, organization=world.branch_a, title="党章专题", note="")
    lesson(world.secretary_a, world.branch_a, series=series)
    for client, address in ((as_user(world.member_a), URL), (as_user(world.secretary_a), f"{URL}new/")):
        html = client.get(address).content.decode()
        assert f'<option value="{series.uid}">党章专题</option>' in html


def test_unfinished_first_and_the_same_queries_for_many(world, as_user):
    client = as_user(world.member_a)
    rows = [lesson(world.secretary_a, world.branch_a, title=f"课{n}", questions=1, drawn=1) for n in range(2)]
    confirm_completions(by=world.secretary_a, lesson=rows[1], members=[world.members_a[3]])
    assert listed(client) == ["课0", "课1"]
    assert (listed(client, state="open"), listed(client, state="done")) == (["课0"], ["课1"])
    walked, cursor = [], None
    for _ in rows:
        one = keyset_page(
            catalogue(world.member_a), cursor=cursor, fields=("done", "-published_at", "-pk"), size=1
        )
        walked += [row.title for row in one.rows]
        cursor = one.next_cursor
    assert (walked, cursor) == (["课0", "课1"], None)

    def queries(address: str, who) -> int:
        asker = as_user(who)
        asker.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert asker.get(address).status_code == 200
        return len(captured)

    pages = [(URL, world.member_a), (f"{URL}manage/", world.secretary_a), (f"{URL}{rows[0].uid}/people/", world.secretary_a),
             (f"/learning/banks/lesson/{rows[0].uid}/", world.secretary_a), ("/learning/series/", world.secretary_a)]  # fmt: skip
    before = [queries(*page) for page in pages]
    for number in range(3):
        more = lesson(world.secretary_a, world.branch_a, title=f"又{number}", questions=1, drawn=1)
        save_series(by=world.secretary_a, organization=world.branch_a, title=f"专题{number}", note="")
        question(world.secretary_a, rows[0], f"又{number}")
        make.member(world.branch_a)
    confirm_completions(by=world.secretary_a, lesson=more, members=world.members_a)
    assert [queries(*page) for page in pages] == before


# --- Made and changed ---


def form_of(client, address: str) -> dict:
    html = text(client.get(address))
    found = {"kind": "article", "title": "学习党章", "text": "正文", "minutes": "45", "category": "online_course", "position": "1",
             "pass_by": "check", "drawn": "5", "pass_mark": "60", "tries": "", "audience": "all"}  # fmt: skip
    for name in ("submission_key", "version"):
        if f'name="{name}"' in html:
            found[name] = hidden(html, name)
    return found


def test_entering_changing_publishing(world, as_user):
    client = as_user(world.officer_a)
    typed = form_of(client, f"{URL}new/")
    answer = client.post(f"{URL}new/", typed | {"text": "<h1>总纲</h1><script>x</script><p>正文</p>"})
    row = Lesson.objects.get()
    assert (row.organization, row.text, row.state) == (world.branch_a, "# 总纲\n\n正文", "draft")
    assert client.post(f"{URL}new/", typed).url == answer.url and Lesson.objects.count() == 1
    page = text(client.get(answer.url))
    assert "发布以前还缺：题库里还没有题目" in page and "<h2>总纲</h2>" in page
    client.post(f"{URL}{row.uid}/publish/")
    assert "还不能发布：题库里还没有题目" in messages(client, answer.url)
    question(world.officer_a, row)
    client.post(f"{URL}{row.uid}/publish/")
    assert Lesson.objects.get().state == "published"
    edit = f"{URL}{row.uid}/edit/"
    changed = form_of(client, edit)
    assert client.post(edit, changed | {"title": "新名称"}).status_code == 302
    assert "已被他人修改" in text(client.post(edit, changed | {"title": "又一个"}))
    assert Lesson.objects.get().title == "新名称"
    assert "正文还没有填写" in text(client.post(edit, form_of(client, edit) | {"text": ""}))
    assert Lesson.objects.get().text == "正文"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "请填写课程名称"),
        ({"minutes": "601"}, "小于或等于600"),
        ({"drawn": "0"}, "大于或等于1"),
        ({"audience": "posts"}, "请至少勾选一项"),
        ({"text": "字" * 50_001}, "最多 50000 字"),
        ({"kind": "game"}, "game"),
        ({"series": "5f6f0c7e-2f6c-4d0c-9df4-0a9c5a7f3a11"}, "请在列表中选择专题"),
        ({"category": "central_training"}, "central_training"),
    ],
)
def test_what_is_typed_wrong_is_named_and_nothing_typed_is_lost(world, as_user, change, words):
    client = as_user(world.officer_a)
    page = text(client.post(f"{URL}new/", form_of(client, f"{URL}new/") | {"title": "一个名称"} | change))
    assert words in page and not Lesson.objects.exists()
    assert "title" in change or "一个名称" in page


def test_staff_say_for_whom_and_a_foreign_branch_is_no_choice(world, as_user):
    client = as_user(world.staff)
    typed = form_of(client, f"{URL}new/")
    foreign = typed | {"organization": world.branch_x.uid.hex}
    assert "请在列表中选择党组织" in text(client.post(f"{URL}new/", foreign))
    assert (
        client.post(f"{URL}new/", typed | {"organization": world.general_branch.uid.hex}).status_code == 302
    )
    assert Lesson.objects.get().organization == world.general_branch


# --- What one looks at ---


def test_a_film_plays_in_the_page_by_itself_and_counts_nothing(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, kind="video")
    page = text(as_user(world.member_a).get(f"{URL}{row.uid}/"))
    assert "<video" in page and "playsinline" in page and 'preload="metadata"' in page
    assert "autoplay" not in page
    file = LessonFile.objects.get()
    response = as_user(world.member_a).get(
        f"/learning/lesson-files/{file.uid}/", headers={"Range": "bytes=4-7"}
    )
    assert (response.status_code, response.content, response["Content-Type"]) == (206, b"ftyp", "video/mp4")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in as_user(world.member_a).get(URL)["Content-Security-Policy"]
    for name, status in {"member_b": 404, "staff": 200, "secretary_x": 404, "superuser": 404}.items():
        assert as_user(world.users[name]).get(f"/learning/lesson-files/{file.uid}/").status_code == status, (
            name
        )


def test_behind_nginx_the_right_to_a_file_is_still_asked(world, as_user, settings):
    settings.PORTAL_ACCEL_PREFIX = "/protected"
    row = lesson(world.secretary_a, world.branch_a, kind="audio")
    file = LessonFile.objects.get(lesson=row)
    address = f"/learning/lesson-files/{file.uid}/"
    allowed = as_user(world.member_a).get(address, headers={"Range": "bytes=0-9"})
    assert (allowed.status_code, allowed["X-Accel-Redirect"]) == (200, f"/protected/{file.stored_name}")
    denied = as_user(world.member_b).get(address)
    assert denied.status_code == 404 and "X-Accel-Redirect" not in denied


def test_attachments_pictures_are_drawn_anew_and_office_files_only_downloaded(world, as_user):
    client = as_user(world.officer_a)
    row = lesson(world.officer_a, world.branch_a)
    address = f"{URL}{row.uid}/files/"
    key = hidden(text(client.get(address)), "submission_key")
    typed = {"submission_key": key, "file": SimpleUploadedFile("合影.jpg", photograph())}
    assert client.post(f"{URL}{row.uid}/attachments/", typed).status_code == 302
    refused = client.post(
        f"{URL}{row.uid}/attachments/",
        {
            "submission_key": "5f6f0c7e-2f6c-4d0c-9df4-0a9c5a7f3a11",
            "file": SimpleUploadedFile("a.html", b"<script>"),
        },
    )
    assert "只能上传" in text(refused)
    picture = LessonFile.objects.kept().get()
    page = text(as_user(world.member_a).get(f"{URL}{row.uid}/"))
    assert f'<img src="/learning/lesson-files/{picture.uid}/"' in page
    odd = lesson_file(row, world.officer_a, b"PK", file_name="a.docx", content_type="application/vnd.ms-word")
    response = as_user(world.member_a).get(f"/learning/lesson-files/{odd.uid}/")
    assert response["Content-Disposition"].startswith("attachment")


def test_a_published_lesson_keeps_its_file_until_another_replaces_it(
    world, as_user, django_capture_on_commit_callbacks
):
    client = as_user(world.officer_a)
    row = lesson(world.officer_a, world.branch_a, kind="pdf")
    former = LessonFile.objects.get()
    client.post(f"/learning/lesson-files/{former.uid}/remove/")
    assert "课程已发布，不能没有课件" in messages(client, f"{URL}{row.uid}/files/")
    assert LessonFile.objects.kept().get() == former
    attachment = add_attachment(
        by=world.officer_a, lesson=row, file=io.BytesIO(b"%PDF-1.4 more"), name="提纲.pdf"
    )
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/learning/lesson-files/{attachment.uid}/remove/")
    assert client.get(f"/learning/lesson-files/{attachment.uid}/").status_code == 404
    assert LessonFile.objects.kept().get() == former


# --- Completed by an officer's word ---


def test_said_then_confirmed_in_bulk_gives_one_credit_each(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, pass_by="confirmation", minutes=90)
    member = as_user(world.member_a)
    member.post(f"{URL}{row.uid}/said/")
    member.post(f"{URL}{row.uid}/said/")
    assert "已报告学完，等待党支部确认" in text(member.get(f"{URL}{row.uid}/"))
    assert not StudyCredit.objects.exists()
    officer, address = as_user(world.officer_a), f"{URL}{row.uid}/people/"
    page = text(officer.get(address))
    assert "1 人报告学完，等待确认" in page and "本人报告学完" in page
    typed = {"members": [world.members_a[3].uid.hex, world.members_a[5].uid.hex]}
    assert officer.post(address, typed).status_code == 302
    assert "已确认 2 人完成" in messages(officer, address)
    officer.post(address, typed)
    credits = StudyCredit.objects.standing()
    assert sorted(credits.values_list("member_id", "minutes", "hours", "status", "category")) == sorted(
        (world.members_a[n].pk, 90, 2, "confirmed", "online_course") for n in (3, 5)
    )
    done = LessonCompletion.objects.get(member=world.members_a[3])
    assert (done.how, done.confirmed_by, done.completed_on) == (
        "confirmed",
        world.officer_a,
        today_shanghai(),
    )
    assert {credit.source for credit in credits} == {
        f"learning.lesson:{row.uid}:{uid}" for uid in LessonCompletion.objects.values_list("uid", flat=True)
    }
    assert MemberYear.objects.get(member=world.members_a[3]).hours == 2
    assert f'<a href="{URL}{row.uid}/">云端党课：学习党章</a>' in text(member.get("/learning/"))


def test_what_was_confirmed_for_the_wrong_person_is_taken_back(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, pass_by="confirmation", minutes=90)
    wrong, good = world.members_a[3:5]
    confirm_completions(by=world.officer_a, lesson=row, members=[wrong, good])
    officer, address = as_user(world.officer_a), f"{URL}{row.uid}/people/"
    typed = {"member": wrong.uid.hex, "reason": "认错了人"}
    as_user(world.secretary_b).post(f"{address}take-back/", typed)
    officer.post(f"{address}take-back/", typed | {"reason": ""})
    assert "没有撤销" in messages(officer, address) and LessonCompletion.objects.count() == 2
    for _ in range(2):
        officer.post(f"{address}take-back/", typed)
    assert [done.member for done in LessonCompletion.objects.all()] == [good]
    assert [credit.member for credit in StudyCredit.objects.standing()] == [good]
    assert MemberYear.objects.get(member=wrong).hours == 0
    assert [row.minutes for row in StudyCredit.objects.filter(member=wrong).order_by("pk")] == [90, -90]
    confirm_completions(by=world.officer_a, lesson=row, members=[wrong])
    assert MemberYear.objects.get(member=wrong).hours == 2


def test_nobody_confirms_for_another_branch_or_for_oneself(world, as_user):
    row = lesson(world.staff, world.committee, pass_by="confirmation")
    address = f"{URL}{row.uid}/people/"
    for name, person, expected in (
        ("secretary_b", world.members_a[3], False),
        ("officer_a", world.members_a[1], False),
        ("secretary_a", world.members_a[0], True),
        ("officer_a", world.members_a[3], True),
    ):
        as_user(world.users[name]).post(address, {"members": [person.uid.hex]})
        assert LessonCompletion.objects.done().filter(member=person).exists() is expected, name
    for name, status in {"member_a": 403, "cell_leader_a": 403, "superuser": 404}.items():
        assert as_user(world.users[name]).get(address).status_code == status, name
    assert "请先勾选" in messages_after(as_user(world.officer_a), address, {})
    b_list = text(as_user(world.secretary_b).get(address))
    assert "外部党员乙" in b_list and "安国强" not in b_list


def messages_after(client, address, typed) -> str:
    client.post(address, typed)
    return messages(client, address)


def test_changed_minutes_change_no_hours_of_before(world):
    row = lesson(world.secretary_a, world.branch_a, minutes=45)
    confirm_completions(by=world.secretary_a, lesson=row, members=[world.members_a[3]])
    Lesson.objects.filter(pk=row.pk).update(minutes=180)
    row.refresh_from_db()
    confirm_completions(by=world.secretary_a, lesson=row, members=world.members_a[3:5])
    assert sorted(StudyCredit.objects.standing().values_list("minutes", flat=True)) == [45, 180]


def test_a_lesson_of_no_minutes_is_completed_without_a_credit(world):
    row = lesson(world.secretary_a, world.branch_a, minutes=0)
    assert confirm_completions(by=world.secretary_a, lesson=row, members=[world.members_a[3]]) == 1
    assert not StudyCredit.objects.exists()


def test_taken_down_and_offered_again_changes_no_completion(world):
    row = lesson(world.secretary_a, world.branch_a, pass_by="confirmation")
    say_completed(by=world.member_a, lesson=row, member=world.members_a[3])
    confirm_completions(by=world.secretary_a, lesson=row, members=[world.members_a[3]])
    before = list(StudyCredit.objects.values())
    row = withdraw_lesson(by=world.secretary_a, lesson=row)
    row = publish_lesson(by=world.secretary_a, lesson=row)
    say_completed(by=world.member_a, lesson=row, member=world.members_a[3])
    confirm_completions(by=world.secretary_a, lesson=row, members=[world.members_a[3]])
    assert list(StudyCredit.objects.values()) == before
