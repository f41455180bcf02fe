"""账号: the list, opening, links, and what the committee does to an account."""

from django.urls import path

from supervision.views import account_opening, account_work, accounts

urlpatterns = [
    path("", accounts.account_list, name="accounts"),
    path("export/", accounts.account_export, name="accounts-export"),
    path("open/", account_opening.branches, name="accounts-open"),
    path("open/<uuid:uid>/", account_opening.open_branch, name="accounts-open-branch"),
    path("colleagues/new/", account_opening.colleague, name="accounts-colleague"),
    path("<uuid:uid>/", accounts.account, name="account"),
    path("<uuid:uid>/link/", account_opening.link, name="account-link"),
    path("<uuid:uid>/<str:what>/", account_work.work, name="account-work"),
]
