"""Work requests for tests: asked by the committee's staff, answered by branch A's people."""

import datetime
import itertools

from django.utils import timezone

from supervision.actions.request_answers import Given, answer_request
from supervision.actions.requests import Asked, draft_request, send_request
from supervision.models import RequestBranch, WorkRequest

DAY = datetime.timedelta(days=1)
VOLUNTEERS = Asked("志愿者人数", "number")
_numbers = itertools.count(1)


def words(**fields) -> dict:
    return {
        "title": f"第{next(_numbers)}项摸底",
        "text": "请核对系统数据，补充新内容。",
        "deadline": timezone.now() + 5 * DAY,
        "as_of": None,
        "audience": {},
    } | fields


def draft(
    world, *, by=None, organization=None, held=("members_total",), free=(VOLUNTEERS,), **fields
) -> WorkRequest:
    return draft_request(
        by=by or world.staff,
        organization=organization or world.committee,
        words=words(**fields),
        held=held,
        free=free,
    )


def sent(world, *, now=None, **fields) -> WorkRequest:
    by = fields.get("by") or world.staff
    if now is not None:
        fields.setdefault("deadline", now + 5 * DAY)
    return send_request(by=by, request=draft(world, **fields), now=now)


def target_of(request, branch) -> RequestBranch:
    return RequestBranch.objects.select_related("request__organization", "branch").get(
        request=request, branch=branch
    )


def answered(world, request, values=("12",), *, by=None, branch=None, now=None, **more) -> RequestBranch:
    """Hand in values for the free fields, in their order."""
    target = target_of(request, branch or world.branch_a)
    free = [field for field in request.fields.all() if not field.is_held]
    given = {field.pk: Given(value=value) for field, value in zip(free, values, strict=True)}
    return answer_request(by=by or world.secretary_a, target=target, given=given, now=now, **more)
