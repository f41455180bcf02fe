"""学时 in the admin: the ledger, the members' years, certificates, questions and own study, to look into."""

from django.contrib import admin
from django.urls import reverse

from branch_portal.admin_base import Section
from branch_portal.admin_filters import YearFilter
from branch_portal.admin_related import Part, attribute
from branch_portal.permissions import Permission
from learning.models import (
    MemberYear,
    StudyCertificate,
    StudyCredit,
    StudyQuestion,
    StudySubmission,
    SubmissionEntry,
)
from members.admin_filters import MemberFilter, SubtreeFilter
from members.admin_of_member import OfMemberAdmin


class _OfStudyAdmin(OfMemberAdmin):
    section = Section.STUDY
    view_permission = Permission.VIEW_STUDY
    next_step = "党支部确认活动记录、审核自学申报以后会列在这里。"


@admin.register(StudyCredit)
class StudyCreditAdmin(_OfStudyAdmin):
    list_display = (
        "member",
        "branch",
        "on_date",
        "category",
        "title",
        "minutes",
        "hours",
        "status",
        "revision",
    )
    list_filter = (SubtreeFilter, MemberFilter, "status", "category", ("year", YearFilter))
    fields = (
        "member", "branch", "on_date", "year", "category", "title", "minutes", "hours", "rule", "status", "revision",
    )  # fmt: skip

    def label(self, row: StudyCredit) -> str:
        return f"{row.member.name}：{row.title}"


@admin.register(MemberYear)
class MemberYearAdmin(_OfStudyAdmin):
    list_display = (
        "member",
        "branch",
        "year",
        "is_officer",
        "required_hours",
        "hours",
        "pending_hours",
        "central_trainings",
    )
    list_filter = (SubtreeFilter, MemberFilter, ("year", YearFilter), "is_officer")
    fields = (
        "member", "branch", "year", "is_officer", "required_hours", "hours", "pending_hours", "central_trainings",
        "required_trainings",
    )  # fmt: skip

    def view_on_site(self, row: MemberYear) -> str:
        return f"{reverse('learning:member-year', args=[row.member.uid])}?year={row.year}"


@admin.register(StudyCertificate)
class StudyCertificateAdmin(_OfStudyAdmin):
    list_display = ("member", "branch", "year", "issued_at", "code")
    list_filter = (SubtreeFilter, MemberFilter, ("year", YearFilter))
    fields = ("member", "branch", "year", "code", "issued_by", "issued_at")
    next_step = "党支部或党员本人出具学时证明以后会列在这里。"


@admin.register(StudyQuestion)
class StudyQuestionAdmin(_OfStudyAdmin):
    """The committee that reads the hours reads what is asked of them; answering stays with the branch."""

    rows_permission = Permission.VIEW_STUDY
    list_display = ("member", "branch", "raised_at", "state", "due_on", "answered_at")
    list_filter = (SubtreeFilter, MemberFilter, "state", ("raised_at", YearFilter))
    fields = (
        "member",
        "branch",
        "credit",
        "statement",
        "raised_at",
        "due_on",
        "state",
        "answer",
        "answered_by",
        "answered_at",
    )
    next_step = "党员对学时有疑问、在自己的学时页提出以后会列在这里。"


@admin.register(StudySubmission)
class StudySubmissionAdmin(_OfStudyAdmin):
    """A submission is its member's until it is handed in, so drafts are nobody else's here either."""

    list_display = ("member", "branch", "kind", "title", "last_on", "minutes", "state", "submitted_at")
    list_filter = (SubtreeFilter, MemberFilter, "kind", "state", ("year", YearFilter))
    next_step = "党员在“学习”页申报自学以后会列在这里。"
    fieldsets = (
        (None, {"fields": ("member", "branch", "kind", "title", "first_on", "last_on", "minutes", "topic")}),
        ("组织", {"fields": ("organised_by_party", "organiser", "note")}),
        (
            "审核",
            {"fields": ("state", "submitted_at", "accepted_minutes", "decided_by", "decided_at", "remark")},
        ),
    )
    parts = (
        Part(
            "零散自学条目",
            SubmissionEntry,
            "submission",
            (
                attribute("日期", "on_date"),
                attribute("内容", "title"),
                attribute("分钟", "minutes", numeric=True),
            ),
            ordering=("position", "pk"),
            lines=True,
        ),
    )
