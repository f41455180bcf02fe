"""任期: the terms of an organisation, who holds its posts, and the three changes of a term."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.actions.terms import end_term, extend_term, register_term
from members.forms.organizations import DayFilter
from members.forms.terms import EndTermForm, ExtendTermForm, RegisterTermForm
from members.models import CommitteeTerm, PartyOrganization
from members.queries.history import organizations_on
from members.queries.posts import posts_on
from members.rules.organization import COMMITTEE_POSTS, POST_LABELS, SECRETARY, holds_elections

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def _organization(request, uid) -> PartyOrganization:
    """The organisation, for its officers and the staff above it."""
    organization = get_object_or_404(PartyOrganization.objects.visible_to(request.user), uid=uid)
    access = request.user.access
    if not any(
        access.may(permission, organization)
        for permission in (Permission.EDIT_ROSTER, Permission.MANAGE_ORGANIZATIONS)
    ):
        raise PermissionDenied
    return organization


def _current(request, organization) -> CommitteeTerm:
    return get_object_or_404(
        CommitteeTerm.objects.visible_to(request.user).current(), organization=organization
    )


def _crumbs(organization, *more):
    own = reverse("members:terms", args=[organization.uid]) if more else None
    return [("工作台", reverse("workbench")), (f"{organization}任期", own), *more]


def _vacancies(organization, tenures, day) -> list[str]:
    """Posts that Art. 20 asked for on the day and nobody held."""
    then = organizations_on(day, [organization.pk]).get(organization.pk)
    if then is None:
        return []
    held = {tenure.post for tenure in tenures if tenure.organization_id == organization.pk}
    wanted = {SECRETARY: "书记"}
    if then.has_committee:
        wanted |= {post: POST_LABELS[post] for post in COMMITTEE_POSTS}
    return [label for post, label in wanted.items() if post not in held]


@require_safe
def terms(request, uid):
    organization = _organization(request, uid)
    form = DayFilter(request.GET)
    today, day = today_shanghai(), form.day
    listed = list(CommitteeTerm.objects.visible_to(request.user).filter(organization=organization))
    current = next((term for term in listed if term.ended_on is None), None)
    # Posts are held in branches and cells; a committee's page is about its term.
    tenures = list(posts_on(organization, day)) if organization.is_branch else None
    return render(
        request,
        "members/terms.html",
        {
            "page_title": f"{organization}任期",
            "organization": organization,
            "terms": listed,
            "current": current,
            "days_left": (current.last_day - today).days if current else None,
            "days_late": (today - current.last_day).days if current else None,
            "elects": holds_elections(organization.formation),
            "tenures": tenures,
            "vacancies": _vacancies(organization, tenures, day) if organization.is_branch else [],
            "form": form,
            "day": day,
            "breadcrumbs": _crumbs(organization),
        },
    )


def _term_form(request, organization, form, *, title: str, button: str, act):
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已保存。")
            return redirect("members:terms", uid=organization.uid)
    return render(
        request,
        "members/small_form.html",
        {
            "page_title": title,
            "member": organization,
            "form": form,
            "button": button,
            "breadcrumbs": _crumbs(organization, (title, None)),
            "back_url": reverse("members:terms", args=[organization.uid]),
        },
    )


@_FORM_METHODS
def register(request, uid):
    organization = _organization(request, uid)
    return _term_form(
        request,
        organization,
        RegisterTermForm(request.POST or None, user=request.user),
        title="登记任期",
        button="保存任期",
        act=lambda cleaned: register_term(by=request.user, organization=organization, **cleaned),
    )


@_FORM_METHODS
def extend(request, uid):
    organization = _organization(request, uid)
    term = _current(request, organization)
    return _term_form(
        request,
        organization,
        ExtendTermForm(request.POST or None, user=request.user),
        title="延长任期",
        button="保存延期",
        act=lambda cleaned: extend_term(by=request.user, term=term, **cleaned),
    )


@_FORM_METHODS
def end(request, uid):
    organization = _organization(request, uid)
    term = _current(request, organization)
    return _term_form(
        request,
        organization,
        EndTermForm(request.POST or None, user=request.user),
        title="结束任期",
        button="结束任期",
        act=lambda cleaned: end_term(by=request.user, term=term, **cleaned),
    )
