from django.urls import path

from notices.views import inbox

app_name = "notices"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read-all/", inbox.read_all, name="read-all"),
    path("<uuid:pk>/", inbox.message, name="message"),
    path("<uuid:pk>/open/", inbox.open_link, name="open"),
    path("<uuid:pk>/read/", inbox.read, name="read"),
]
