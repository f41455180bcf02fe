from django.urls import path

from learning.views import certificates, questions, sheets

urlpatterns = [
    path("export/", sheets.my_year_export, name="my-year-export"),
    path("members/<uuid:uid>/export/", sheets.member_year_export, name="member-year-export"),
    path("certificates/new/", certificates.issue_own, name="certificate-own"),
    path("members/<uuid:uid>/certificate/", certificates.issue, name="certificate-issue"),
    path("certificates/<uuid:uid>/", certificates.page, name="certificate"),
    path("certificates/<uuid:uid>/certificate.docx", certificates.download, name="certificate-docx"),
    path("certificates/<uuid:uid>/print/", certificates.print_view, name="certificate-print"),
    path("credits/<uuid:uid>/question/", questions.ask_view, name="ask"),
    path("questions/<uuid:uid>/", questions.question, name="question"),
]
