from django.urls import path

from members.views import cards, commendations, corrections, imports, own, people, roster

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
    path("me/", own.own, name="me"),
    path("me/correct/", corrections.ask, name="correction-ask"),
    path("corrections/", corrections.queue, name="corrections"),
    path("corrections/<uuid:uid>/", corrections.answer, name="correction"),
    path("corrections/<uuid:uid>/withdraw/", corrections.withdraw, name="correction-withdraw"),
    path("me/export.xlsx", own.as_xlsx, name="me-xlsx"),
    path("me/export.json", own.as_json, name="me-json"),
    path("commendations/<uuid:uid>/", commendations.edit, name="commendation"),
    path("commendations/<uuid:uid>/remove/", commendations.remove, name="commendation-remove"),
    path("<uuid:uid>/commend/", commendations.new, name="commend"),
    path("<uuid:uid>/", cards.card, name="card"),
    path("<uuid:uid>/edit/", people.edit, name="edit"),
    path("<uuid:uid>/transfer/", people.transfer, name="transfer"),
    path("<uuid:uid>/exit/", people.leave, name="exit"),
    path("<uuid:uid>/appoint/", people.appointment, name="appoint"),
    path("<uuid:uid>/reveal/<slug:field>/", cards.reveal, name="reveal"),
]
