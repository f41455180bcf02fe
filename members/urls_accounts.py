from django.urls import path

from members.views import account_links, accounts, second_step, security

app_name = "accounts"

urlpatterns = [
    path("login/", accounts.SignInView.as_view(), name="login"),
    path("logout/", accounts.sign_out, name="logout"),
    path("elder-view/", accounts.elder_view, name="elder-view"),
    path("act-for/", accounts.act_for, name="act-for"),
    path("second-step/", second_step.second_step, name="second-step"),
    path("fresh/", second_step.fresh, name="fresh"),
    path("security/", security.security, name="security"),
    path("security/sessions/end/", security.sessions_end, name="sessions-end"),
    path("security/sessions/<uuid:uid>/end/", security.session_end, name="session-end"),
    path("totp/", security.totp, name="totp"),
    path("totp/codes/", security.totp_codes, name="totp-codes"),
    path("totp/off/", security.totp_off, name="totp-off"),
    path("link/<str:token>/", account_links.link, name="link"),
    path("password/", accounts.password, name="password"),
    path("first-admin/<str:token>/", accounts.first_admin, name="first-admin"),
]
