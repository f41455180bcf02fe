from django.urls import include, path

from activities.views import announcing, detail, editing, lists, parts, resolutions, steps

app_name = "activities"

urlpatterns = [
    path("", include("activities.urls_paper")),
    path("", lists.records, name="records"),
    path("print/", lists.records_print, name="records-print"),
    path("export/", lists.records_export, name="records-export"),
    path("new/", editing.choose_kind, name="choose-kind"),
    path("new/<slug:kind>/", editing.new_record, name="new"),
    path("roll/<slug:kind>/", editing.roll_fragment, name="roll"),
    path("announce/", announcing.announce, name="announce"),
    path("gatherings/<uuid:uid>/", announcing.gathering_page, name="gathering"),
    path("gatherings/<uuid:uid>/postpone/", announcing.postpone, name="postpone"),
    path("gatherings/<uuid:uid>/reschedule/", announcing.reschedule, name="reschedule"),
    path("gatherings/<uuid:uid>/cancel/", announcing.cancel, name="cancel"),
    path("", include("activities.urls_plan")),
    path("records/<uuid:uid>/", detail.record_page, name="record"),
    path("records/<uuid:uid>/edit/", editing.edit_record, name="edit"),
    path("records/<uuid:uid>/add/<slug:kind>/", parts.add, name="add-part"),
    path("records/<uuid:uid>/texts/", parts.edit, name="edit-part"),
    path("resolutions/", resolutions.listing, name="resolutions"),
    path("resolutions/export/", resolutions.export, name="resolutions-export"),
    path("resolutions/<uuid:uid>/", resolutions.close, name="resolution"),
    path("resolutions/<uuid:uid>/reopen/", resolutions.reopen, name="resolution-reopen"),
    path("records/<uuid:uid>/confirm/", steps.confirm, name="confirm"),
    path("records/<uuid:uid>/discard/", steps.discard, name="discard"),
    path("records/<uuid:uid>/return/", steps.return_to_branch, name="return"),
    path("", include("activities.urls_votes")),
    path("", include("activities.urls_appraisal")),
    path("", include("activities.urls_signup")),
    path("", include("activities.urls_roll")),
    path("", include("activities.urls_lessons")),
]
