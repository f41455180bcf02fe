"""What becomes of a finding: the branch says what it has done, the committee closes it or asks for more."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import format_date_cn
from branch_portal.files import keep_file
from branch_portal.permissions import Permission
from notices.actions.slots import cancel_reminders
from supervision.actions.telling import tell_branch, tell_committee
from supervision.models import Finding, FindingStep
from supervision.rules.findings import FindingRefused, next_state

TOLD, ANSWERED = "finding_told", "finding_answered"
FOLDER = "findings"


def finding_subject(finding: Finding) -> str:
    return f"supervision.finding:{finding.uid}"


def branch_url(finding: Finding) -> str:
    return reverse("supervised:finding", args=[finding.uid])


def committee_url(finding: Finding) -> str:
    return reverse("supervision:finding", args=[finding.uid])


@transaction.atomic
def rectify_finding(*, by, finding: Finding, text: str, file=None) -> Finding:
    """The branch's answer, with one file where it likes; FileRefused when that cannot be kept. The committee is told."""
    row = _locked(finding)
    if not by.access.may(Permission.LOG_GATHERINGS, row.branch):
        raise FindingRefused("只有本党支部的支委会成员可以提交整改情况。")
    row.state = next_state(row.state, "rectify", words=text)
    row.rectified_at = timezone.now()
    row.save()
    kept = vars(keep_file(file, name=file.name, folder=FOLDER, office=True)) if file else {}
    add_step(row, by, FindingStep.Kind.RECTIFIED, text, **kept)
    cancel_reminders(by=by, subject=finding_subject(row))
    tell_committee(
        by=by,
        rule_key=ANSWERED,
        subject=f"{finding_subject(row)}:answer",
        committee=row.inspection.organization,
        title=f"{row.branch}已提交整改情况",
        body=f"{row.inspection.outside_name}：第 {row.number} 项，请核验。",
        link=committee_url(row),
    )
    return row


@transaction.atomic
def close_finding(*, by, finding: Finding, text: str = "") -> Finding:
    """Verified: nothing is owed any more."""
    row = _inspected(by, finding)
    row.state = next_state(row.state, "close")
    row.closed_at, row.closed_by = timezone.now(), by
    row.save()
    add_step(row, by, FindingStep.Kind.CLOSED, text)
    cancel_reminders(by=by, subject=finding_subject(row))
    _tell_branch(by, row, f"检查问题已办结：{row.inspection.outside_name}", f"第 {row.number} 项已办结。")
    return row


@transaction.atomic
def reopen_finding(*, by, finding: Finding, text: str, due_on: datetime.date) -> Finding:
    """Not enough yet, or not for good: open again until a new day."""
    row = _inspected(by, finding)
    row.state = next_state(row.state, "reopen", words=text)
    row.rectified_at = row.closed_at = row.closed_by = None
    row.due_on = due_on
    row.save()
    add_step(row, by, FindingStep.Kind.REOPENED, text, due_on=due_on)
    title = f"检查问题需继续整改：{row.inspection.outside_name}"
    _tell_branch(by, row, title, f"第 {row.number} 项，请于{format_date_cn(due_on)}以前整改。")
    return row


def add_step(finding: Finding, by, kind: str, text: str = "", **more) -> FindingStep:
    return FindingStep.objects.create(
        finding=finding, kind=kind, text=text.strip(), by=by, at=timezone.now(), **more
    )


def tell_of_finding(by, finding: Finding) -> None:
    """A new one, to the officers of its branch."""
    title = f"检查发现问题，请整改：{finding.inspection.outside_name}"
    _tell_branch(
        by, finding, title, f"第 {finding.number} 项，请于{format_date_cn(finding.due_on)}以前整改。"
    )


def _tell_branch(by, row: Finding, title: str, body: str) -> None:
    tell_branch(
        by=by,
        rule_key=TOLD,
        subject=f"{finding_subject(row)}:told",
        branch=row.branch,
        title=title,
        body=body,
        link=branch_url(row),
    )


def _locked(finding: Finding) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",)).select_related(
        "branch", "inspection__organization"
    )
    return rows.get(pk=finding.pk)


def _inspected(by, finding: Finding) -> Finding:
    row = _locked(finding)
    if not by.access.may(Permission.INSPECT, row.inspection.organization):
        raise FindingRefused("只有提出问题的党组织或其上级可以办结或要求继续整改。")
    return row
