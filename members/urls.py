from django.urls import path

from members.views import cards, changes, imports, lists, people, roster, roster_export

app_name = "members"

urlpatterns = [
    path("", roster.roster, name="roster"),
    path("export/", roster_export.export, name="export"),
    path("print/", roster.printout, name="print"),
    path("left/", roster.left, name="left"),
    path("lists/", lists.lists, name="lists"),
    path("changes/", changes.changes, name="changes"),
    path("changes/print/", changes.printout, name="changes-print"),
    path("changes/export/", changes.export, name="changes-export"),
    path("new/", people.new, name="new"),
    path("import/", imports.upload, name="import"),
    path("import/template/", imports.template, name="import-template"),
    path("import/<uuid:uid>/", imports.preview, name="import-preview"),
    path("import/<uuid:uid>/confirm/", imports.confirm, name="import-confirm"),
    path("posts/<uuid:uid>/end/", people.dismissal, name="end-tenure"),
    path("<uuid:uid>/", cards.card, name="card"),
    path("<uuid:uid>/edit/", people.edit, name="edit"),
    path("<uuid:uid>/transfer/", people.transfer, name="transfer"),
    path("<uuid:uid>/exit/", people.leave, name="exit"),
    path("<uuid:uid>/appoint/", people.appointment, name="appoint"),
    path("<uuid:uid>/reveal/<slug:field>/", cards.reveal, name="reveal"),
]
