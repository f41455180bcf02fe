from django.urls import path

from members.views import cards, dictionaries, imports, people, roster

app_name = "members"

urlpatterns = [
    path("", roster.roster, name="roster"),
    path("export/", roster.export, name="export"),
    path("print/", roster.printout, name="print"),
    path("new/", people.new, name="new"),
    path("import/", imports.upload, name="import"),
    path("import/template/", imports.template, name="import-template"),
    path("import/<uuid:uid>/", imports.preview, name="import-preview"),
    path("import/<uuid:uid>/confirm/", imports.confirm, name="import-confirm"),
    path("posts/<uuid:uid>/end/", people.dismissal, name="end-tenure"),
    path("<uuid:uid>/", cards.card, name="card"),
    path("incomplete/", cards.incomplete, name="incomplete"),
    path("dictionaries/", dictionaries.tables, name="dictionaries"),
    path("dictionaries/<slug:table>/", dictionaries.table, name="dictionary"),
    path("dictionaries/<slug:table>/add/", dictionaries.add, name="dictionary-add"),
    path("dictionaries/entries/<uuid:uid>/<slug:what>/", dictionaries.change, name="dictionary-change"),
    path("<uuid:uid>/print/", cards.printout, name="card-print"),
    path("<uuid:uid>/confirmation/", people.confirmation, name="confirmation"),
    path("<uuid:uid>/edit/", people.edit, name="edit"),
    path("<uuid:uid>/transfer/", people.transfer, name="transfer"),
    path("<uuid:uid>/exit/", people.leave, name="exit"),
    path("<uuid:uid>/appoint/", people.appointment, name="appoint"),
    path("<uuid:uid>/reveal/<slug:field>/", cards.reveal, name="reveal"),
]
