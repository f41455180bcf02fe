from django.urls import path

from activities.views import verify

app_name = "verify"

urlpatterns = [
    path("", verify.ask, name="ask"),
    path("<slug:code>/", verify.code_page, name="code"),
]
