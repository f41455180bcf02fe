"""Middleware that acts on the list of sensitive addresses: the password once more, and a limit on what is copied out."""

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone

from branch_portal.sensitive_routes import LIMITS, is_asked_again, limit_for
from members.actions.security_events import record_event
from members.actions.sign_in import LOCK, count_use
from members.fresh import question_for
from members.models import SecurityEvent


class SensitiveRoutesMiddleware:
    """Asks and counts before the view runs. What is not in the list costs nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated:
            return None
        route = request.resolver_match.view_name
        if settings.PORTAL_FRESH_SIGN_IN and is_asked_again(route, request.method):
            question = question_for(request)
            if question is not None:
                return question
        return self._too_often(request, limit_for(route, request.method, request.GET))

    def _too_often(self, request, what: str):
        if not what or not settings.PORTAL_USE_LIMITS:
            return None
        limit, now = LIMITS[what], timezone.now()
        used = count_use(what, user=request.user, now=now, most=limit.most, window=limit.window)
        if used <= limit.most:
            return None
        if used == limit.most + 1:  # once: who goes on fills no tables
            record_event(SecurityEvent.Kind.TOO_OFTEN, user=request.user, by=request.user, detail=what)
        return too_often(request, minutes=int(LOCK.total_seconds() // 60))


def too_often(request, *, minutes: int):
    context = {"page_title": "请稍后再试", "minutes": minutes}
    answer = render(request, "members/too_often.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
