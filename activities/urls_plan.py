from django.urls import path

from activities.views import calendar, holidays, plan, plan_paper, planned

urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/theme-day/", plan.theme_day, name="plan-theme-day"),
    path("plan/redate/", plan.redate, name="plan-redate"),
    path("plan/print/", plan_paper.wall, name="plan-print"),
    path("plan/export/", plan_paper.export, name="plan-export"),
    path("gatherings/<uuid:uid>/announce/", planned.announce, name="announce-planned"),
    path("gatherings/<uuid:uid>/edit/", planned.edit, name="edit-planned"),
    path("gatherings/<uuid:uid>/drop/", planned.drop, name="drop-planned"),
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/print/", calendar.month_print, name="calendar-print"),
    path("holidays/", holidays.overview, name="holidays"),
    path("holidays/<int:year>/", holidays.table, name="holiday-table"),
    path("holidays/new/", holidays.enter, name="holidays-new"),
]
