"""Beside the grid: its report on one page, and reminders to branches."""

from django.urls import path

from supervision.views import nudges, report

urlpatterns = [
    path("report/", report.report, name="grid-report"),
    path("remind/", nudges.remind, name="remind"),
]
