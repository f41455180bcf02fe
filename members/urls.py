from django.urls import path

from members.views import cards, flows, imports, people, roster, transfers

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
    path("attention/", flows.attention, name="attention"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/<uuid:uid>/", transfers.transfer, name="transfer-detail"),
    path("transfers/<uuid:uid>/print/", transfers.letter, name="transfer-letter"),
    path("transfers/<uuid:uid>/issue/", transfers.issue, name="transfer-issue"),
    path("transfers/<uuid:uid>/accept/", transfers.accept, name="transfer-accept"),
    path("transfers/<uuid:uid>/return/", transfers.send_back, name="transfer-return"),
    path("transfers/<uuid:uid>/withdraw/", transfers.withdraw, name="transfer-withdraw"),
    path("transfers/<uuid:uid>/expire/", transfers.expire, name="transfer-expire"),
    path("statuses/<uuid:uid>/", flows.correct, name="status-correct"),
    path("voting/<uuid:uid>/", flows.voting_days, name="voting-days"),
    path("<uuid:uid>/transfers/new/", transfers.request_transfer, name="transfer-request"),
    path("<uuid:uid>/away/", flows.away, name="away"),
    path("<uuid:uid>/back/", flows.back, name="back"),
    path("<uuid:uid>/lost/", flows.lost, name="lost"),
    path("<uuid:uid>/found/", flows.found, name="found"),
    path("<uuid:uid>/suspend/", flows.suspend, name="suspend"),
    path("<uuid:uid>/restore/", flows.restore, name="restore"),
    path("<uuid:uid>/contact/", flows.contact, name="contact"),
    path("<uuid:uid>/reopen/", flows.reopen, name="reopen"),
    path("<uuid:uid>/voting/", flows.voting, name="voting"),
    path("<uuid:uid>/", cards.card, name="card"),
    path("<uuid:uid>/edit/", people.edit, name="edit"),
    path("<uuid:uid>/transfer/", people.transfer, name="transfer"),
    path("<uuid:uid>/exit/", people.leave, name="exit"),
    path("<uuid:uid>/appoint/", people.appointment, name="appoint"),
    path("<uuid:uid>/reveal/<slug:field>/", cards.reveal, name="reveal"),
]
