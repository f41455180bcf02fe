from django.contrib import admin
from django.urls import path

from activities.models import ActivityRecord, GatheringBranch, RollEntry
from members.models import Member

site = admin.AdminSite()


class Everything(admin.ModelAdmin):
    """Whoever measures may see it all; what is measured is the list."""

    def has_view_permission(self, request, obj=None) -> bool:
        return True

    has_change_permission = has_module_permission = has_view_permission


class Members(Everything):
    list_display = ("name", "branch", "gender", "category", "education", "birth_year", "standing")
    list_filter = ("category", "gender", "standing")
    search_fields = ("name", "name_pinyin")


class Records(Everything):
    list_display = ("title", "kind", "branch", "on_date", "state", "number")
    list_filter = ("kind", "state")
    search_fields = ("title", "content")
    date_hierarchy = "on_date"


class Roll(admin.TabularInline):
    model = RollEntry
    fields = ("row_number", "name", "status", "leave_type", "reason")
    readonly_fields = fields
    extra = 0

    def has_view_permission(self, request, obj=None) -> bool:
        return True

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class Gatherings(Everything):
    fields = readonly_fields = (
        "gathering",
        "branch",
        "expected_count",
        "present_count",
        "leave_count",
        "absent_count",
    )
    inlines = (Roll,)


site.register(Member, Members)
site.register(ActivityRecord, Records)
site.register(GatheringBranch, Gatherings)
urlpatterns = [path("admin/", site.urls)]
