"""党组织: the tree one level at a time, and one organisation with its structure and history, both as of a day."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from members.actions.organization_checks import may_found_first
from members.forms.organizations import DayFilter
from members.models import PartyOrganization
from members.organization_changes import offered
from members.organization_tables import ListedOrganization, facts_of, organization_columns, timeline
from members.queries.organization_facts import structures_on
from members.queries.organizations import children_on, history_of, parent_of, topmost, visible_superiors

_ORDER = ("sort_number", "pk")
_PER_PAGE = 50


def organization_or_404(request, uid) -> PartyOrganization:
    return get_object_or_404(PartyOrganization.objects.visible_to(request.user), uid=uid)


def crumbs(request, organization: PartyOrganization, *more) -> list[tuple[str, str | None]]:
    """工作台 › 党组织 › superiors in scope › name › …"""
    trail = [("工作台", reverse("workbench")), ("党组织", reverse("organizations:tree"))]
    trail += [(str(above), _url(above)) for above in visible_superiors(request.user, organization)]
    return [*trail, (str(organization), _url(organization) if more else None), *more]


def _url(organization: PartyOrganization) -> str:
    return reverse("organizations:detail", args=[organization.uid])


def _level(request, organizations, day, cursor, above: PartyOrganization | None = None):
    """One page of one level, and the organisation above it: (page, table, its structure). Counted together."""
    page = keyset_page(organizations, cursor=cursor, fields=_ORDER, size=_PER_PAGE)
    asked = {row.pk: row for row in [*page.rows, *([above] if above else [])]}
    structures = structures_on(list(asked.values()), day)
    query = f"?on={day.isoformat()}" if day != today_shanghai() else ""
    rows = [
        ListedOrganization(structures[row.pk], _url(row) + query, request.user)
        for row in page.rows
        if row.pk in structures
    ]
    table = Table(organization_columns(), rows, caption="党组织")
    return page, table, structures.get(above.pk) if above else None


@require_safe
def tree(request):
    """Where the user's part of the tree begins; whoever has one beginning sees what stands directly under it too."""
    form = DayFilter(request.GET)
    day = form.day
    tops = list(topmost(request.user)[:2])
    top = tops[0] if len(tops) == 1 else None
    level = children_on(request.user, top, day) if top else topmost(request.user)
    page, table, own = _level(request, level, day, form.values().get("cursor"), top)
    context = {
        "page_title": "党组织",
        "form": form,
        "page": page,
        "table": table,
        "may_found_first": may_found_first(request.user),
        "top": Table(
            organization_columns(), [ListedOrganization(own, _url(top), request.user)], numbered=False
        )
        if own
        else None,
        "breadcrumbs": [("工作台", reverse("workbench")), ("党组织", None)],
    }
    return render(request, "organizations/tree.html", context)


def _terms_link(user, organization: PartyOrganization) -> list[tuple[str, str]]:
    """任期与班子, for officers of the branch and the staff above; cells have no terms."""
    manages = user.access.may(Permission.EDIT_ROSTER, organization) or user.access.may(
        Permission.MANAGE_ORGANIZATIONS, organization
    )
    if organization.kind == PartyOrganization.Kind.CELL or not manages:
        return []
    return [("任期与班子", reverse("members:terms", args=[organization.uid]))]


def _links(user, organization: PartyOrganization, parent) -> list[tuple[str, str]]:
    """Terms, and the changes that the user may make."""
    changes = [
        (label, reverse(f"organizations:{change}", args=[organization.uid]))
        for change, label in offered(user, organization, parent)
    ]
    return [*_terms_link(user, organization), *changes]


@require_safe
def detail(request, uid):
    organization = organization_or_404(request, uid)
    form = DayFilter(request.GET)
    day, access = form.day, request.user.access
    parent = parent_of(organization)
    level = children_on(request.user, organization, day)
    page, table, structure = _level(request, level, day, form.values().get("cursor"), organization)
    context = {
        "page_title": structure.then.name if structure else organization.name,
        "subtitle": organization.get_kind_display(),
        "organization": organization,
        "form": form,
        "day": day,
        "there": structure is not None,
        "facts": facts_of(organization, structure, request.user),
        "may_check": access.may(Permission.VIEW_ROSTER, organization),
        "findings": structure.findings if structure else [],
        "page": page,
        "table": table,
        "timeline": timeline(history_of(organization, day)),
        "secondary": _links(request.user, organization, parent),
        "breadcrumbs": crumbs(request, organization),
    }
    return render(request, "organizations/detail.html", context)
