"""党员 in the admin: masked and read-only; who may edit does so on the portal's card."""

from django.contrib import admin
from django.urls import reverse

from branch_portal.admin_base import Section
from branch_portal.admin_related import Part, attribute
from branch_portal.tables import Column
from members.admin_filters import SubtreeFilter
from members.admin_of_member import OfMemberAdmin
from members.models import Affiliation, Commendation, Member, PostTenure
from members.queries.dictionaries import label_of as word_of
from members.tables import category_text, masked_tail


@admin.register(Member)
class MemberAdmin(OfMemberAdmin):
    """Without the sealed items: they are opened one by one on the portal's card, with a reason."""

    section = Section.PEOPLE
    member_lookup = ""
    list_display = [
        "name_label",
        "gender",
        "ethnicity_label",
        "birth_year",
        "education_label",
        "category_label",
        "branch",
        "mobile_label",
    ]
    list_filter = [
        SubtreeFilter,
        "category",
        "standing",
        "gender",
        ("lost_contact_on", admin.EmptyFieldListFilter),
        ("floating_since", admin.EmptyFieldListFilter),
    ]
    search_fields = ["name"]
    search_help_text = "按姓名、拼音、拼音首字母或手机尾号 4 位查找。"
    ordering = ["name_pinyin", "pk"]
    next_step = "党支部在门户的“党员”页登记党员或导入名册。"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "gender",
                    "ethnicity_label",
                    "birth_year",
                    "education_label",
                    "job_post_label",
                    "employer",
                    "mobile_label",
                ]
            },
        ),
        (
            "组织关系",
            {
                "fields": [
                    "branch",
                    "cell",
                    "left_branch",
                    "category",
                    "admitted_on",
                    "confirmed_on",
                    "extension_until",
                    "standing",
                    "is_leading_official",
                ],
                "description": "身份号码、出生日期、电话和住址不在这里显示；有权查看的人在门户的党员卡片上逐项打开，并写明事由。",
            },
        ),
        ("流动和联系", {"fields": ["floating_since", "floating_destination", "lost_contact_on"]}),
    ]
    readonly_fields = ["ethnicity_label", "education_label", "job_post_label", "mobile_label"]
    parts = (
        Part(
            "组织关系",
            Affiliation,
            "member",
            (
                attribute("党支部", "branch"),
                attribute("党小组", "cell"),
                Column("起", lambda row: row.period.lower),
                Column("止", lambda row: row.period.upper or "至今"),
                attribute("增加方式", "gain"),
            ),
            ordering=("-pk",),
            joined=("branch", "cell"),
        ),
        Part(
            "任职",
            PostTenure,
            "member",
            (
                attribute("职务", "post"),
                attribute("任职组织", "organization"),
                Column("起", lambda row: row.period.lower),
                Column("止", lambda row: row.period.upper or "至今"),
            ),
            ordering=("-pk",),
            joined=("organization",),
        ),
        Part(
            "表彰",
            Commendation,
            "member",
            (
                attribute("表彰日期", "awarded_on"),
                attribute("表彰名称", "title"),
                attribute("授予单位", "awarded_by"),
            ),
            ordering=("-awarded_on", "-pk"),
        ),
    )

    def label(self, row: Member) -> str:
        return row.name

    def view_on_site(self, member: Member) -> str:
        """Who may edit does so on the card."""
        return reverse("members:card", args=[member.uid])

    @admin.display(description="姓名", ordering="name_pinyin")
    def name_label(self, member: Member) -> str:
        return member.name

    @admin.display(description="民族")
    def ethnicity_label(self, member: Member) -> str:
        return word_of("ethnicity", member.ethnicity)

    @admin.display(description="学历")
    def education_label(self, member: Member) -> str:
        return word_of("education", member.education)

    @admin.display(description="工作岗位")
    def job_post_label(self, member: Member) -> str:
        return word_of("job_post", member.job_post)

    @admin.display(description="人员类别")
    def category_label(self, member: Member) -> str:
        return category_text(member)

    @admin.display(description="手机")
    def mobile_label(self, member: Member) -> str:
        return masked_tail(member)
