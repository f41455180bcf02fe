from django.urls import path

from notices.views import feeds

urlpatterns = [path("<str:token>.ics", feeds.calendar, name="feed")]
