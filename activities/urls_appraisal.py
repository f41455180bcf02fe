from django.urls import path

from activities.views import appraisal, talks

urlpatterns = [
    path("records/<uuid:uid>/appraisal/", appraisal.appraisal, name="appraisal"),
    path("records/<uuid:uid>/appraisal/print/", appraisal.appraisal_print, name="appraisal-print"),
    path("records/<uuid:uid>/appraisal/export/", appraisal.appraisal_export, name="appraisal-export"),
    path("records/<uuid:uid>/appraisal/feedback/", appraisal.appraisal_feedback, name="appraisal-feedback"),
    path("talks/", talks.talks, name="talks"),
    path("talks/print/", talks.talks_print, name="talks-print"),
    path("talks/export/", talks.talks_export, name="talks-export"),
    path("talks/new/", talks.log_talk, name="talk-new"),
    path("talks/<uuid:uid>/", talks.talk, name="talk"),
    path("talks/<uuid:uid>/accept/", talks.accept, name="talk-accept"),
    path("talks/<uuid:uid>/remove/", talks.remove, name="talk-remove"),
]
