"""Whose study year a request may read."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from branch_portal.permissions import Permission
from members.models import Member


def own_member(request: HttpRequest) -> Member | None:
    return request.user.member if request.user.member_id else None


def readable_member(request: HttpRequest, uid) -> Member:
    """Out of the roster's scope is 404; in it without the right to study hours is 403."""
    visible = Member.objects.visible_to(request.user).without_personal_data().select_related("branch")
    member = get_object_or_404(visible, uid=uid)
    own = member.pk == request.user.member_id
    if not own and not (member.branch and request.user.access.may(Permission.VIEW_STUDY, member.branch)):
        raise PermissionDenied
    return member
