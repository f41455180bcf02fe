"""组织生活监督: the grid, study, receipts."""

from django.urls import path

from supervision.views import grid, receipts, study

urlpatterns = [
    path("", grid.grid, name="grid"),
    path("export/", grid.grid_export, name="grid-export"),
    path("study/", study.study, name="study"),
    path("study/export/", study.study_export, name="study-export"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/export/", receipts.receipts_export, name="receipts-export"),
    path("branches/<uuid:uid>/<int:year>/", grid.branch_year, name="branch"),
    path("branches/<uuid:uid>/<int:year>/<str:kind>/<int:period>/", grid.cell, name="cell"),
]
