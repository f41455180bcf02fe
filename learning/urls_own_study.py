"""Own study (自学申报) and the learning plan (学习计划)."""

from django.urls import path

from learning.views import own_study, plan_pages, plans, review

urlpatterns = [
    path("own/", own_study.submissions, name="submissions"),
    path("own/new/<slug:kind>/", own_study.new_submission, name="submission-new"),
    path("own/preview/<slug:kind>/", own_study.preview, name="submission-preview"),
    path("own/<uuid:uid>/", review.submission, name="submission"),
    path("own/<uuid:uid>/edit/", own_study.edit_submission, name="submission-edit"),
    path("own/<uuid:uid>/withdraw/", own_study.withdraw, name="submission-withdraw"),
    path("own/<uuid:uid>/judge/", review.judge, name="submission-judge"),
    path("own/files/<uuid:uid>/", own_study.download, name="submission-file"),
    path("own/files/<uuid:uid>/remove/", own_study.drop, name="submission-file-remove"),
    path("review/", review.review, name="review"),
    path("review/print/", review.review_print, name="review-print"),
    path("review/export/", review.review_export, name="review-export"),
    path("plan/", plan_pages.my_plan, name="my-plan"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.new_plan, name="plan-new"),
    path("plans/<uuid:uid>/", plans.plan, name="plan"),
    path("plans/<uuid:uid>/rename/", plans.rename, name="plan-rename"),
    path("plans/<uuid:uid>/publish/", plans.publish, name="plan-publish"),
    path("plans/<uuid:uid>/topics/new/", plans.new_topic, name="topic-new"),
    path("topics/<uuid:uid>/edit/", plans.edit_topic, name="topic-edit"),
    path("topics/<uuid:uid>/remove/", plans.drop_topic, name="topic-remove"),
    path("topics/<uuid:uid>/coverage/", plans.coverage, name="topic-coverage"),
    path("matrix/", plan_pages.matrix, name="matrix"),
    path("matrix/print/", plan_pages.matrix_print, name="matrix-print"),
    path("matrix/export/", plan_pages.matrix_export, name="matrix-export"),
]
