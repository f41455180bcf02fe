from django.urls import path

from learning.views import external

urlpatterns = [
    path("external/", external.files, name="external"),
    path("external/new/", external.upload, name="external-new"),
    path("external/template/", external.template, name="external-template"),
    path("external/<uuid:uid>/", external.detail, name="external-file"),
    path("external/<uuid:uid>/choose/", external.choose, name="external-choose"),
    path("external/<uuid:uid>/errors/", external.errors, name="external-errors"),
    path("external/<uuid:uid>/apply/", external.apply, name="external-apply"),
    path("external/<uuid:uid>/withdraw/", external.withdraw, name="external-withdraw"),
]
