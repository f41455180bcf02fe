"""The base of every list whose rows are a member's: the name, the search by name or pinyin, the way to the card."""

from django.contrib import admin

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission
from members.admin_filters import MemberFilter, SubtreeFilter
from members.queries.name_search import search


class OfMemberAdmin(ScopedModelAdmin):
    """Rows of a member's history."""

    view_permission = Permission.VIEW_ROSTER
    member_lookup = "member"
    personal = True
    # What stands here only opens the search box; the names are found through their own index.
    search_fields = ["member__name"]
    search_help_text = "按党员姓名、拼音或拼音首字母查找。"
    list_filter = [SubtreeFilter, MemberFilter]
    ordering = ["-pk"]

    def get_search_results(self, request, queryset, search_term):
        prefix = f"{self.member_lookup}__" if self.member_lookup else ""
        return search(queryset, search_term, prefix=prefix), False

    def label(self, row) -> str:
        return f"{row.member.name}：{self.opts.verbose_name}"

    @admin.display(description="起")
    def start(self, row):
        return row.period.lower

    @admin.display(description="止")
    def end(self, row):
        return row.period.upper or "至今"
