"""检查发现的问题: raised, answered by the branch, closed or asked for more; who sees them, and what reminds of them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from notices.models import ReminderSlot
from supervision.actions.findings import close_finding, rectify_finding, reopen_finding
from supervision.actions.inspections import (
    FindingFacts,
    InspectionFacts,
    InspectionRefused,
    raise_finding,
    write_inspection,
)
from supervision.models import Finding, FindingStep
from supervision.rules.findings import STEPS, FindingRefused, next_state
from tests.activities import factories as life
from tests.supervision.test_pages import text
from tests.supervision.test_spot_check import form

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def day():
    return today_shanghai()


@pytest.fixture
def inspection(world, day):
    facts = InspectionFacts("一季度检查", day, "组织委员、纪检委员", "总体较好。")
    return write_inspection(by=world.staff, facts=facts, branches=[world.branch_a, world.branch_b])


@pytest.fixture
def finding(world, inspection, day):
    return found(world, inspection, day)


def found(world, inspection, day, **changes) -> Finding:
    values = {
        "branch": world.branch_a,
        "code": "R2",
        "text": "缺席没有写明原因",
        "due_on": day + datetime.timedelta(days=10),
        "responsible": "安国强",
    } | changes
    return raise_finding(by=world.staff, inspection=inspection, facts=FindingFacts(**values))


# --- the table of steps ---


@pytest.mark.parametrize("state", ["open", "rectified", "closed"])
@pytest.mark.parametrize("key", STEPS)
def test_only_the_steps_of_the_table_are_taken(state, key):
    allowed = {
        ("open", "rectify"): "rectified",
        ("open", "close"): "closed",
        ("rectified", "close"): "closed",
        ("rectified", "reopen"): "open",
        ("closed", "reopen"): "open",
    }
    if (state, key) in allowed:
        assert next_state(state, key, words="已办") == allowed[state, key]
    else:
        with pytest.raises(FindingRefused, match="请刷新页面"):
            next_state(state, key, words="已办")


def test_answers_and_demands_need_words():
    for state, key in (("open", "rectify"), ("rectified", "reopen")):
        with pytest.raises(FindingRefused, match="写明情况"):
            next_state(state, key, words=" ")


# --- one story ---


def test_a_finding_is_answered_reopened_and_closed(world, finding, day):
    def items():
        return [
            item for item in due_items(branches=[world.branch_a], day=day) if item.rule_key == "finding_due"
        ]

    (item,) = items()
    assert (item.title, item.due_on) == (f"整改：{finding.inspection.outside_name}第 1 项", finding.due_on)
    assert "原因" not in item.title
    rectify_finding(by=world.secretary_a, finding=finding, text="已逐人补记", file=None)
    assert items() == []
    finding.refresh_from_db()
    assert finding.state == "rectified" and finding.rectified_at is not None
    reopen_finding(
        by=world.staff, finding=finding, text="还有两人没有写", due_on=day + datetime.timedelta(days=3)
    )
    assert [item.due_on for item in items()] == [day + datetime.timedelta(days=3)]
    rectify_finding(by=world.officer_a, finding=finding, text="已补齐")
    close_finding(by=world.staff, finding=finding, text="已核验")
    finding.refresh_from_db()
    assert (finding.state, finding.closed_by) == ("closed", world.staff)
    kinds = [step.kind for step in finding.steps.all()]
    assert kinds == ["raised", "rectified", "reopened", "rectified", "closed"]
    with pytest.raises(FindingRefused):
        rectify_finding(by=world.secretary_a, finding=finding, text="又补")


def test_both_sides_are_told_and_no_title_says_what_was_found(world, finding):
    rectify_finding(by=world.secretary_a, finding=finding, text="已逐人补记")
    slots = {slot.rule.key: slot for slot in ReminderSlot.objects.select_related("rule")}
    told, answered = slots["finding_told"], slots["finding_answered"]
    assert told.audience == {"kind": "branch_officers", "organization": world.branch_a.pk}
    assert answered.audience == {"kind": "own_staff", "organization": world.committee.pk}
    assert answered.link == reverse("supervision:finding", args=[finding.uid])
    assert all("原因" not in slot.title and "安国强" not in slot.title for slot in slots.values())


def test_only_the_two_sides_take_their_steps(world, finding, day, make_staff):
    for outsider in (world.secretary_b, world.member_a, world.cell_leader_a, world.staff):
        with pytest.raises(FindingRefused, match="支委会成员"):
            rectify_finding(by=outsider, finding=finding, text="代交")
    # A committee below the one that inspected reads it and decides nothing.
    lower = make_staff("staff_general", world.general_branch)
    assert Finding.objects.visible_to(lower).filter(pk=finding.pk).exists()
    for outsider in (lower, world.staff_x, world.secretary_a):
        with pytest.raises(FindingRefused, match="提出问题的党组织"):
            close_finding(by=outsider, finding=finding)
        with pytest.raises(FindingRefused, match="提出问题的党组织"):
            reopen_finding(by=outsider, finding=finding, text="再改", due_on=day)


def test_a_finding_is_of_an_inspected_branch_and_its_own_record(world, inspection, day):
    record = life.record(world.secretary_b, world.branch_b)
    with pytest.raises(InspectionRefused, match="不在本次检查"):
        found(world, inspection, day, branch=world.branch_d)
    with pytest.raises(InspectionRefused, match="不是这个党支部的"):
        found(world, inspection, day, record=record)
    with pytest.raises(InspectionRefused, match="请选择所属的党支部"):
        write_inspection(
            by=world.staff,
            facts=InspectionFacts("越界", day, "某"),
            branches=[world.branch_a, world.branch_x],
        )


def test_the_database_keeps_states_and_their_times_together(world, finding):
    for wrong in (
        {"state": "rectified"},
        {"state": "closed"},
        {"closed_at": timezone.now()},
        {"state": "lost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.filter(pk=finding.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingStep.objects.filter(finding=finding).update(due_on=None)


# --- pages ---


def test_the_branch_answers_with_a_file_that_both_sides_can_fetch(world, finding, as_user):
    branch, committee = as_user(world.secretary_a), as_user(world.staff)
    url = reverse("supervised:finding", args=[finding.uid])
    assert "缺席没有写明原因" in text(branch.get(url))
    assert f"整改：{finding.inspection.outside_name}第 1 项" in text(branch.get(reverse("workbench")))
    bad = branch.post(url, {"text": "已补记", "file": SimpleUploadedFile("x.exe", b"MZ")})
    assert "只能上传照片" in text(bad) and "已补记" in text(bad)
    assert (
        branch.post(url, {"text": "已补记", "file": SimpleUploadedFile("整改.pdf", PDF)}).status_code == 302
    )
    step = FindingStep.objects.get(kind="rectified")
    for client in (branch, committee):
        answer = client.get(reverse("supervised:finding-file", args=[step.uid]))
        assert b"".join(answer.streaming_content) == PDF
    for outsider in (world.secretary_b, world.staff_x, world.member_a, world.superuser):
        assert as_user(outsider).get(reverse("supervised:finding-file", args=[step.uid])).status_code == 404
    shown = text(committee.get(reverse("supervision:finding", args=[finding.uid])))
    assert "已补记" in shown and "要求继续整改" in shown


def test_the_committee_raises_closes_and_reopens_on_its_pages(world, inspection, as_user, day):
    client = as_user(world.staff)
    record = life.record(world.secretary_a, world.branch_a)
    url = reverse("supervision:finding-new", args=[inspection.uid])
    address = f"https://portal.example{reverse('activities:record', args=[record.uid])}"
    typed = form(
        client, url, branch=world.branch_a.uid, code="R1", text="没有小结", record=address, due_on=day,
    )  # fmt: skip
    wrong = client.post(url, typed | {"branch": world.branch_b.uid})
    assert "不是清源村第二党支部的" in text(wrong) and "没有小结" in text(wrong)
    client.post(url, typed)
    client.post(url, typed)
    finding = Finding.objects.get()
    assert (finding.record, finding.number) == (record, 1)
    close = reverse("supervision:finding-close", args=[finding.uid])
    reopen = reverse("supervision:finding-reopen", args=[finding.uid])
    assert client.post(close, {"text": ""}).status_code == 302
    assert "填写新的期限" in text(client.post(reopen, {"text": "又出现了"}))
    client.post(reopen, {"text": "又出现了", "due_on": day + datetime.timedelta(days=5)})
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == ("open", day + datetime.timedelta(days=5))


def test_overdue_findings_are_listed_and_exported(world, inspection, finding, as_user, day):
    late = found(world, inspection, day, text="逾期的问题")
    Finding.objects.filter(pk=late.pk).update(due_on=day - datetime.timedelta(days=4))
    client = as_user(world.staff)
    page = client.get(reverse("supervision:findings"), {"state": "overdue"})
    assert [row.pk for row in page.context["page"].rows] == [late.pk]
    assert "逾期 4 天" in text(page)
    assert page.context["figures"] == [("待整改", 2), ("其中逾期", 1), ("待核验", 0)]
    assert client.get(reverse("supervision:findings-export"), {"state": "overdue"}).status_code == 200
    foreign = as_user(world.staff_x).get(reverse("supervision:findings"))
    assert foreign.context["page"].rows == [] and foreign.context["figures"][0] == ("待整改", 0)
    assert not Finding.objects.visible_to(world.superuser).exists()


def test_findings_query_count(world, inspection, finding, as_user, day, django_assert_num_queries):
    client, branch = as_user(world.staff), as_user(world.secretary_a)
    pages = ((client, reverse("supervision:findings")), (branch, reverse("supervised:findings")))
    for one, url in pages:
        one.get(url)
    counts = _counted(pages, django_assert_num_queries, None)
    for number in range(4):
        found(
            world, inspection, day, text=f"问题{number}", branch=(world.branch_a, world.branch_b)[number % 2]
        )
    _counted(pages, django_assert_num_queries, counts)


def _counted(pages, assert_num_queries, expected):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for client, url in pages:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert expected is None or counts == expected
    assert max(counts) <= 16
    return counts
