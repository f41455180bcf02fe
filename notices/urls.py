from django.urls import include, path

from notices.views import feeds, inbox, preferences, receipts, robots, rules

app_name = "notices"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read-all/", inbox.read_all, name="read-all"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<uuid:uid>/renew/", feeds.renew, name="feed-renew"),
    path("feeds/<uuid:uid>/revoke/", feeds.revoke, name="feed-revoke"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:key>/", rules.rule, name="rule"),
    path("rules/<slug:key>/restore/", rules.restore, name="rule-restore"),
    path("rules/<slug:key>/<uuid:uid>/", rules.override, name="rule-override"),
    path("rules/<slug:key>/<uuid:uid>/follow/", rules.follow, name="rule-follow"),
    path("receipts/<uuid:uid>/", receipts.receipt, name="receipt"),
    path("deliveries/<uuid:pk>/retry/", receipts.retry, name="retry"),
    path("settings/", preferences.preferences, name="preferences"),
    path("robots/", robots.robots, name="robots"),
    path("robots/new/", robots.new_robot, name="robot-new"),
    path("robots/<uuid:uid>/", robots.robot, name="robot"),
    path("robots/<uuid:uid>/try/", robots.robot_try, name="robot-try"),
    path("robots/<uuid:uid>/off/", robots.robot_off, name="robot-off"),
    path("robots/<uuid:uid>/on/", robots.robot_on, name="robot-on"),
    path("", include("notices.urls_notices")),
    path("<uuid:pk>/", inbox.message, name="message"),
    path("<uuid:pk>/open/", inbox.open_link, name="open"),
    path("<uuid:pk>/read/", inbox.read, name="read"),
]
