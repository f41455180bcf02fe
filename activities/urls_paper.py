from django.urls import path

from activities.views import amendments, archive, binders, paper_templates, sheets

urlpatterns = [
    path("records/<uuid:uid>/sheet.docx", sheets.download, name="sheet"),
    path("records/<uuid:uid>/print/", sheets.print_view, name="sheet-print"),
    path("records/<uuid:uid>/archive/", archive.archive, name="archive"),
    path("records/<uuid:uid>/amend/", amendments.choose, name="amend-choose"),
    path("records/<uuid:uid>/amend/<slug:field>/", amendments.amend, name="amend"),
    path("amendments/<uuid:uid>/sign/", amendments.sign, name="amendment-sign"),
    path("amendments/<uuid:uid>/withdraw/", amendments.withdraw, name="amendment-withdraw"),
    path("archive/", archive.year, name="archive-year"),
    path("binders/", binders.binders, name="binders"),
    path("binders/<uuid:uid>/binder.docx", binders.download, name="binder"),
    path("templates/", paper_templates.templates, name="templates"),
    path("templates/new/", paper_templates.upload, name="template-new"),
    path("templates/placeholders/", paper_templates.placeholders, name="template-placeholders"),
    path("templates/sample.docx", paper_templates.own_layout, name="template-sample"),
    path("templates/<uuid:uid>/", paper_templates.template_page, name="template"),
    path("templates/<uuid:uid>/trial.docx", paper_templates.trial, name="template-trial"),
    path("templates/<uuid:uid>/original.docx", paper_templates.original, name="template-original"),
    path("templates/<uuid:uid>/withdraw/", paper_templates.withdraw, name="template-withdraw"),
]
