"""党内统计: tables, lists behind them, reports."""

from django.urls import path

from supervision.views import statistics, statistics_lists, statistics_reports

urlpatterns = [
    path("", statistics.statistics, name="statistics"),
    path("print/", statistics.statistics_print, name="statistics-print"),
    path("export/", statistics.statistics_export, name="statistics-export"),
    path("start/", statistics.statistics_start, name="statistics-start"),
    path("keep/", statistics.statistics_keep, name="statistics-keep"),
    path("list/", statistics_lists.statistics_list, name="statistics-list"),
    path("list/print/", statistics_lists.statistics_list_print, name="statistics-list-print"),
    path("list/export/", statistics_lists.statistics_list_export, name="statistics-list-export"),
    path("difference/", statistics_lists.statistics_difference, name="statistics-difference"),
    path("reports/", statistics_reports.reports, name="statistics-reports"),
    path("reports/<uuid:uid>/", statistics_reports.report, name="statistics-report"),
    path("reports/<uuid:uid>/print/", statistics_reports.report_print, name="statistics-report-print"),
    path("reports/<uuid:uid>/export/", statistics_reports.report_export, name="statistics-report-export"),
]
