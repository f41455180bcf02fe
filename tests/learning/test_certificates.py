"""学时证明: frozen on the day of issue, checked by anybody, and told apart from what was corrected since."""

import datetime
import io
import uuid

import pytest
from django.test import Client
from docx import Document

from branch_portal.dates import today_shanghai
from branch_portal.verification import shown_code
from learning.actions.certificates import NothingToCertify, issue_certificate
from learning.actions.credits import CreditLine, post_credits
from learning.models import StudyCertificate, StudyCredit
from members.models import PersonalDataAccess
from tests import factories as make

pytestmark = pytest.mark.django_db
YEAR = today_shanghai().year


def post(source, member, minutes=90, *, confirmed=True, month=1):
    day = datetime.date(YEAR, month, 5)
    lines = (
        [CreditLine(member.pk, member.branch_id, "theme_day", day, minutes, "学习党章")] if minutes else []
    )
    post_credits(by=None, source=source, source_url="", lines=lines, confirmed=confirmed)


@pytest.fixture
def certificate(world):
    post("one", world.members_a[3])
    post("two", world.members_a[3], confirmed=False)
    return issue_certificate(by=world.member_a, member=world.members_a[3], year=YEAR)


def checked(certificate) -> str:
    response = Client().get(f"/verify/{certificate.code}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_member_issues_one_on_the_page_and_twice_is_once(world, as_user):
    post("one", world.members_a[3])
    client = as_user(world.member_a)
    data = {"year": YEAR, "submission_key": str(uuid.uuid4())}
    first = client.post("/learning/certificates/new/", data)
    assert client.post("/learning/certificates/new/", data).url == first.url
    again = client.post("/learning/certificates/new/", data | {"submission_key": str(uuid.uuid4())})
    assert again.url == first.url
    certificate = StudyCertificate.objects.get()
    page = client.get(first.url).content.decode()
    assert "邓秀兰同志" in page
    assert "计入学时 2.0 学时" in page
    assert shown_code(certificate.code) in page
    assert "2.0" in client.get(f"{first.url}print/").content.decode()
    assert PersonalDataAccess.objects.count() == 0


def test_only_confirmed_hours_are_certified(world, certificate):
    assert (certificate.content["hours"], len(certificate.content["rows"])) == ("2.0", 1)
    post("x", world.members_a[4], confirmed=False)
    with pytest.raises(NothingToCertify):
        issue_certificate(by=world.member_a, member=world.members_a[4], year=YEAR)
    with pytest.raises(NothingToCertify):
        issue_certificate(by=world.member_a, member=world.members_a[3], year=YEAR - 1)


def test_the_public_page_tells_little_and_enough(world, certificate):
    page = checked(certificate)
    assert "学时证明属实" in page
    for words in ("邓**", "清源村第一党支部", f"{YEAR} 年", "2.0 学时"):
        assert words in page
    for words in ("邓秀兰", "学习党章"):
        assert words not in page


def test_later_hours_leave_it_true_and_a_correction_does_not(world, certificate):
    person = world.members_a[3]
    post("three", person, month=2)
    assert "学时证明属实" in checked(certificate)
    post("one", person, 45)
    assert "开具后有更正" in checked(certificate)
    assert StudyCertificate.objects.get(pk=certificate.pk).content["hours"] == "2.0"
    fresh = issue_certificate(by=world.member_a, member=person, year=YEAR)
    assert (fresh.pk != certificate.pk, fresh.content["hours"]) == (True, "3.0")
    assert "学时证明属实" in checked(fresh)


def test_hours_that_are_taken_back_to_waiting_are_told(world, certificate):
    post("one", world.members_a[3], confirmed=False)
    assert "开具后有更正" in checked(certificate)


def test_changed_words_are_noticed(certificate):
    StudyCertificate.objects.update(content=certificate.content | {"hours": "32.0"})
    page = checked(certificate)
    assert "学时证明与存档不一致" in page


def test_word_says_what_the_page_says(world, certificate, as_user):
    post("far", world.members_a[3], month=3)
    client = as_user(world.secretary_a)
    response = client.get(f"/learning/certificates/{certificate.uid}/certificate.docx")
    document = Document(io.BytesIO(response.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "党员学时证明" in text
    assert f"{YEAR} 年度经确认计入学时 2.0 学时" in text
    cells = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert cells[1][:3] == [f"{YEAR}-01-05", "学习党章", "主题党日"]
    assert len(cells) == 2
    said = PersonalDataAccess.objects.get()
    assert (said.field, said.member_uid) == ("党员学时证明（Word）", world.members_a[3].uid)


def test_a_certificate_survives_the_way_to_another_branch(world, certificate, as_user):
    assert StudyCredit.objects.filter(pk__in=certificate.credit_ids).count() == 1
    url = f"/learning/certificates/{certificate.uid}/"
    outcomes = {
        name: as_user(getattr(world, name)).get(url).status_code
        for name in ("member_a", "secretary_a", "staff", "cell_leader_a", "member_b", "staff_x", "superuser")
    }
    assert outcomes == {
        "member_a": 200, "secretary_a": 200, "staff": 200, "cell_leader_a": 404, "member_b": 404,
        "staff_x": 404, "superuser": 404,
    }  # fmt: skip


def test_who_belongs_to_no_branch_any_more_is_certified_with_the_last_one(world):
    member = world.members_a[3]
    post("r:9", member)
    make.leave(member)
    row = issue_certificate(by=world.secretary_a, member=member, year=YEAR)
    assert row.content["branch"] == world.branch_a.name
