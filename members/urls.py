from django.urls import path

from members.views import cards, imports, people, posts, roster, terms

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
    path("posts/", posts.catalogue, name="posts"),
    path("posts/<slug:post>/", posts.post, name="post"),
    path("posts/<slug:post>/print/", posts.printout, name="post-print"),
    path("posts/<slug:post>/edit/", posts.edit, name="edit-post"),
    path("terms/<uuid:uid>/", terms.terms, name="terms"),
    path("terms/<uuid:uid>/new/", terms.register, name="register-term"),
    path("terms/<uuid:uid>/extend/", terms.extend, name="extend-term"),
    path("terms/<uuid:uid>/end/", terms.end, name="end-term"),
    path("<uuid:uid>/", cards.card, name="card"),
    path("<uuid:uid>/edit/", people.edit, name="edit"),
    path("<uuid:uid>/transfer/", people.transfer, name="transfer"),
    path("<uuid:uid>/exit/", people.leave, name="exit"),
    path("<uuid:uid>/appoint/", people.appointment, name="appoint"),
    path("<uuid:uid>/reveal/<slug:field>/", cards.reveal, name="reveal"),
]
