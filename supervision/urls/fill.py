"""填表: blank forms, their bindings, what was filled in."""

from django.urls import path

from supervision.views import fill, fill_bind, fill_runs

urlpatterns = [
    path("", fill.forms, name="forms"),
    path("new/", fill.new, name="form-new"),
    path("results/", fill_runs.runs, name="form-runs"),
    path("results/<uuid:uid>/", fill_runs.download, name="form-run"),
    path("bindings/<uuid:uid>/remove/", fill_bind.unbind, name="form-unbind"),
    path("<uuid:uid>/", fill_bind.page, name="form"),
    path("<uuid:uid>/version/", fill.version, name="form-version"),
    path("<uuid:uid>/original/", fill.original, name="form-original"),
    path("<uuid:uid>/withdraw/", fill.withdraw, name="form-withdraw"),
    path("<uuid:uid>/preview/", fill_runs.preview, name="form-preview"),
    path("<uuid:uid>/filled/", fill_runs.fill_one, name="form-filled"),
    path("<uuid:uid>/run/", fill_runs.run, name="form-fill"),
]
