from django.urls import path

from supervision.views import grid, receipts, study

app_name = "supervision"

urlpatterns = [
    path("supervision/", grid.grid, name="grid"),
    path("supervision/export/", grid.grid_export, name="grid-export"),
    path("supervision/study/", study.study, name="study"),
    path("supervision/study/export/", study.study_export, name="study-export"),
    path("supervision/receipts/", receipts.receipts, name="receipts"),
    path("supervision/receipts/export/", receipts.receipts_export, name="receipts-export"),
    path("supervision/branches/<uuid:uid>/<int:year>/", grid.branch_year, name="branch"),
    path("supervision/branches/<uuid:uid>/<int:year>/<str:kind>/<int:period>/", grid.cell, name="cell"),
]
