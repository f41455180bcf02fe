"""Around the roll: answers, sheets and sign-in, pasted names, make-ups, disputes."""

from django.urls import path

from activities.views import disputes, leave, makeups, signin

urlpatterns = [
    path("roll/<slug:kind>/names/", leave.roll_names, name="roll-names"),
    path("gatherings/<uuid:uid>/answer/", leave.answer, name="answer"),
    path("leave/<uuid:uid>/decide/", leave.decide, name="decide-leave"),
    path("gatherings/<uuid:uid>/sheet/", signin.print_sheet, name="print-sheet"),
    path("sheets/<uuid:uid>/", signin.sheet, name="roll-sheet"),
    path("gatherings/<uuid:uid>/sign-in/", signin.screen, name="sign-in-screen"),
    path("gatherings/<uuid:uid>/sign-in/live/", signin.live, name="sign-in-live"),
    path("gatherings/<uuid:uid>/sign-in/open/", signin.open_view, name="sign-in-open"),
    path("gatherings/<uuid:uid>/sign-in/close/", signin.close_view, name="sign-in-close"),
    path("s/<slug:token>/", signin.sign_in_page, name="sign-in"),
    path("records/<uuid:uid>/make-ups/", makeups.make_ups, name="make-ups"),
    path("make-ups/<uuid:uid>/", makeups.make_up, name="make-up"),
    path("make-ups/<uuid:uid>/decide/", makeups.decide_make_up, name="decide-make-up"),
    path("mine/", disputes.mine, name="mine"),
    path("mine/<uuid:uid>/dispute/", disputes.raise_view, name="raise-dispute"),
    path("disputes/<uuid:uid>/", disputes.dispute, name="dispute"),
]
