"""组织生活监督: the grid, study, attendance, terms, people who need attention, receipts."""

from django.urls import path

from supervision.views import attendance, grid, people, receipts, study, terms, watch

urlpatterns = [
    path("", grid.grid, name="grid"),
    path("export/", grid.grid_export, name="grid-export"),
    path("study/", study.study, name="study"),
    path("study/export/", study.study_export, name="study-export"),
    path("watch/", watch.overview, name="watch"),
    path("attendance/", attendance.attendance, name="attendance"),
    path("attendance/export/", attendance.attendance_export, name="attendance-export"),
    path("attendance/<uuid:uid>/<int:year>/", attendance.attendance_branch, name="attendance-branch"),
    path("terms/", terms.terms, name="terms"),
    path("terms/export/", terms.terms_export, name="terms-export"),
    path("confirmations/", people.confirmations_page, name="confirmations"),
    path("confirmations/export/", people.confirmations_export, name="confirmations-export"),
    path("contacts/", people.contacts_page, name="contacts"),
    path("contacts/export/", people.contacts_export, name="contacts-export"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/export/", receipts.receipts_export, name="receipts-export"),
    path("branches/<uuid:uid>/<int:year>/", grid.branch_year, name="branch"),
    path("branches/<uuid:uid>/<int:year>/<str:kind>/<int:period>/", grid.cell, name="cell"),
]
