"""检查: 记录质量, 抽查, 退回, inspections, 问题整改."""

from django.urls import path

from supervision.views import findings, inspections, quality, returns, spot_checks

urlpatterns = [
    path("quality/", quality.quality, name="quality"),
    path("quality/export/", quality.quality_export, name="quality-export"),
    path("quality/compare/", quality.compare, name="quality-compare"),
    path("quality/records/", quality.records, name="quality-records"),
    path("quality/records/export/", quality.records_export, name="quality-records-export"),
    path("checks/", spot_checks.checks, name="checks"),
    path("checks/export/", spot_checks.checks_export, name="checks-export"),
    path("checks/new/", spot_checks.new_check, name="check-new"),
    path("checks/<uuid:uid>/", spot_checks.check, name="check"),
    path("checks/<uuid:uid>/export/", spot_checks.check_export, name="check-export"),
    path("checks/<uuid:uid>/inspection/", inspections.from_check, name="inspection-from-check"),
    path("checks/<uuid:uid>/<int:position>/", spot_checks.item, name="check-item"),
    path("returns/", returns.returns, name="returns"),
    path("returns/export/", returns.returns_export, name="returns-export"),
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/export/", inspections.inspections_export, name="inspections-export"),
    path("inspections/new/", inspections.new_inspection, name="inspection-new"),
    path("inspections/<uuid:uid>/", inspections.inspection, name="inspection"),
    path("inspections/<uuid:uid>/edit/", inspections.edit_inspection, name="inspection-edit"),
    path("inspections/<uuid:uid>/findings/new/", inspections.new_finding, name="finding-new"),
    path("inspections/<uuid:uid>/report.docx", inspections.report, name="inspection-report"),
    path("inspections/<uuid:uid>/print/", inspections.report_print, name="inspection-print"),
    path("findings/", findings.findings, name="findings"),
    path("findings/export/", findings.findings_export, name="findings-export"),
    path("findings/<uuid:uid>/", findings.finding, name="finding"),
    path("findings/<uuid:uid>/close/", findings.close, name="finding-close"),
    path("findings/<uuid:uid>/reopen/", findings.reopen, name="finding-reopen"),
]
