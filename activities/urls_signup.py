"""Addresses of attachments, sign-up, service hours, red bases and joint gatherings."""

from django.urls import path

from activities.views import attachments, joint, redbases, service, signup

urlpatterns = [
    path("records/<uuid:uid>/attachments/", attachments.add, name="attachments-add"),
    path("attachments/<uuid:uid>/", attachments.download, name="attachment"),
    path("attachments/<uuid:uid>/thumb/", attachments.thumb, name="attachment-thumb"),
    path("attachments/<uuid:uid>/caption/", attachments.caption, name="attachment-caption"),
    path("attachments/<uuid:uid>/remove/", attachments.remove, name="attachment-remove"),
    path("gatherings/<uuid:uid>/signup/", signup.join, name="signup"),
    path("gatherings/<uuid:uid>/signup/leave/", signup.leave, name="signup-leave"),
    path("gatherings/<uuid:uid>/signup/terms/", signup.terms, name="signup-terms"),
    path("gatherings/<uuid:uid>/signups/", signup.signups, name="signups"),
    path("gatherings/<uuid:uid>/signups/export/", signup.signups_export, name="signups-export"),
    path("gatherings/<uuid:uid>/signups/add/", signup.add, name="signups-add"),
    path("signups/<uuid:uid>/remove/", signup.remove, name="signup-remove"),
    path("service/", service.service_year, name="service"),
    path("service/export/", service.service_export, name="service-export"),
    path("bases/", redbases.bases, name="bases"),
    path("bases/new/", redbases.new_base, name="base-new"),
    path("bases/<uuid:uid>/", redbases.base_page, name="base"),
    path("bases/<uuid:uid>/edit/", redbases.change, name="base-edit"),
    path("gatherings/<uuid:uid>/base/", redbases.choose, name="gathering-base"),
    path("gatherings/<uuid:uid>/invite/", joint.invite, name="invite"),
    path("invitations/<uuid:uid>/", joint.invitation, name="invitation"),
    path("invitations/<uuid:uid>/accept/", joint.accept, name="invitation-accept"),
    path("invitations/<uuid:uid>/decline/", joint.decline, name="invitation-decline"),
    path("invitations/<uuid:uid>/withdraw/", joint.withdraw, name="invitation-withdraw"),
]
