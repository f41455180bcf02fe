from django.urls import include, path

from learning.views import branch, sheets

app_name = "learning"

urlpatterns = [
    path("", include("learning.urls_own_study")),
    path("", include("learning.urls_training")),
    path("", include("learning.urls_external")),
    path("", include("learning.urls_lessons")),
    path("", sheets.my_year, name="my-year"),
    path("print/", sheets.my_year_print, name="my-year-print"),
    path("branch/", branch.branch_year, name="branch"),
    path("branch/print/", branch.branch_print, name="branch-print"),
    path("branch/export/", branch.branch_export, name="branch-export"),
    path("members/<uuid:uid>/", sheets.member_year, name="member-year"),
    path("members/<uuid:uid>/print/", sheets.member_year_print, name="member-year-print"),
    path("", include("learning.urls_ledger")),
]
