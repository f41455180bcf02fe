from django.urls import include, path

from notices.views import feeds, inbox

app_name = "notices"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read-all/", inbox.read_all, name="read-all"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<uuid:uid>/renew/", feeds.renew, name="feed-renew"),
    path("feeds/<uuid:uid>/revoke/", feeds.revoke, name="feed-revoke"),
    path("", include("notices.urls_notices")),
    path("<uuid:pk>/", inbox.message, name="message"),
    path("<uuid:pk>/open/", inbox.open_link, name="open"),
    path("<uuid:pk>/read/", inbox.read, name="read"),
]
