from django.urls import path

from members.views import accounts

app_name = "accounts"

urlpatterns = [
    path("login/", accounts.SignInView.as_view(), name="login"),
    path("logout/", accounts.sign_out, name="logout"),
    path("elder-view/", accounts.elder_view, name="elder-view"),
    path("act-for/", accounts.act_for, name="act-for"),
    path("password/", accounts.password, name="password"),
    path("first-admin/<str:token>/", accounts.first_admin, name="first-admin"),
]
