from django.urls import path

from learning.views import training, training_people, training_roll

urlpatterns = [
    path("training/", training.classes, name="trainings"),
    path("training/new/", training.plan, name="training-new"),
    path("training/<uuid:uid>/", training.detail, name="training"),
    path("training/<uuid:uid>/edit/", training.change, name="training-edit"),
    path("training/<uuid:uid>/half-days/", training.half_days, name="training-half-days"),
    path("training/<uuid:uid>/cancel/", training.cancel, name="training-cancel"),
    path("training/<uuid:uid>/confirm/", training.confirm, name="training-confirm"),
    path("training/<uuid:uid>/people/", training_people.people, name="training-people"),
    path("training/<uuid:uid>/people/add/", training_people.add, name="training-enroll"),
    path("training/<uuid:uid>/people/remove/", training_people.remove, name="training-take-off"),
    path("training/<uuid:uid>/branches/", training_people.branches, name="training-branches"),
    path("training/<uuid:uid>/branches/remove/", training_people.unask, name="training-unask"),
    path("training/<uuid:uid>/print/", training_roll.sheet, name="training-print"),
    path("training/<uuid:uid>/export/", training_roll.export, name="training-export"),
    path("training/roll/<uuid:uid>/", training_roll.roll, name="training-roll"),
]
