"""党委提醒: asked once more, then sent; one message to each branch."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from supervision.actions.nudges import remind_branches
from supervision.forms.grid import AskForm, RemindForm
from supervision.queries.nudges import askable
from supervision.tables.nudges import askable_table
from supervision.views.access import admin_context, committee_page_for
from supervision.views.grid import TITLE

_GRID = "supervision:grid"


@committee_page_for(Permission.INSPECT)
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request):
    """Which branches are reminded of what, with a word to add; the press sends one reminder to each."""
    sent = request.method == "POST"
    asked = AskForm(request.POST if sent else request.GET, user=request.user)
    if not asked.is_valid():
        return _refused(request, asked)
    values = asked.cleaned_data
    form = RemindForm(request.POST if sent else None, user=request.user, initial=values)
    if sent and form.is_valid():
        return _send(request, form.cleaned_data)
    found = askable(
        list(values["branch"]),
        values["year"],
        today_shanghai(),
        kind=values["kind"],
        period=values["period"] or 0,
    )
    context = admin_context(
        request,
        title="提醒党支部",
        crumbs=[(TITLE, reverse(_GRID)), ("提醒党支部", None)],
        form=form,
        year=values["year"],
        table=askable_table(found),
        count=sum(1 for one in found if one.lacks),
        back_url=_back(values),
    )
    return render(request, "supervision/remind.html", context)


def _send(request, values: dict):
    if url := earlier_result(values["submission_key"], request.user):
        return redirect(url)
    branches = list(values["branch"])
    sent = remind_branches(
        by=request.user,
        branches=branches,
        year=values["year"],
        kind=values["kind"],
        period=values["period"] or 0,
        note=values["note"],
    )
    url = _back(values)
    remember_result(values["submission_key"], url)
    left = len(branches) - len(sent)
    words = f"已向 {len(sent)} 个党支部各发出一条提醒。" if sent else "没有发出提醒。"
    if left:
        words += f"{left} 个党支部已经补记，或者七天内已提醒过，没有重复提醒。"
    messages.success(request, words)
    return redirect(url)


def _back(values: dict) -> str:
    """Where the press came from: the cell, or the grid of the organisation."""
    branches = list(values["branch"])
    if values["period"] and len(branches) == 1:
        return reverse(
            "supervision:cell", args=[branches[0].uid, values["year"], values["kind"], values["period"]]
        )
    query = f"?year={values['year']}"
    if values["kind"]:
        query += f"&kind={values['kind']}"
    if values["organization"]:
        query += f"&organization={values['organization']}"
    return reverse(_GRID) + query


def _refused(request, form: AskForm):
    """Nothing chosen, or too much: said on the grid. A branch that is not there and one of somebody else's: 404."""
    if form.has_error("branch", "required"):
        messages.warning(request, "请先在党支部名称前打勾，再按“提醒所选党支部”。")
    elif form.has_error("branch", "many"):
        messages.warning(request, form.errors["branch"][0])
    else:
        raise Http404
    return redirect(_GRID)
