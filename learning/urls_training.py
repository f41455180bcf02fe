from django.urls import path

from learning.views import training

urlpatterns = [path("training/<uuid:uid>/", training.detail, name="training")]
