"""Actions on chosen rows of a list: asked once more with a reason, done once, and answered with what became of each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse

from branch_portal.admin_related import label_of
from branch_portal.forms_admin import MOST_CHOSEN, ListExportForm, ReasonForm
from branch_portal.once import earlier_result, remember_result

_MOST = 100


@dataclass
class Outcome:
    """What became of the rows: how many changed, and why each of the others did not."""

    done: int = 0
    left: list[tuple[Any, str]] = field(default_factory=list)


Run = Callable[..., Outcome]


def confirmed(*, label: str, question: str, button: str, told: str, danger: bool = False):
    """Make an action of a method `run(self, request, rows, reason) -> Outcome`. `told` says in the past what was done (“停用”)."""

    def make(run: Run):
        @admin.action(description=label, permissions=["change"])
        @wraps(run)
        def action(model_admin, request, queryset):
            rows = list(queryset[: _MOST + 1])
            if len(rows) > _MOST:
                messages.warning(request, f"一次最多选择 {_MOST} 条，请分几次办理。没有改动任何内容。")
                return None
            form = ReasonForm(request.POST if "submission_key" in request.POST else None, user=request.user)
            if form.is_valid():
                outcome = partial(run, model_admin, request, rows, form.cleaned_data["reason"])
                return _once(request, form, outcome, told)
            words = {"question": question, "button": button, "danger": danger, "action": run.__name__}
            return _ask(model_admin, request, rows, form, words)

        return action

    return make


def _once(request, form: ReasonForm, run: Callable[[], Outcome], told: str):
    key, back = form.cleaned_data["submission_key"], request.get_full_path()
    if earlier := earlier_result(key, request.user):
        return HttpResponseRedirect(earlier)
    outcome = run()
    if outcome.done:
        messages.success(request, f"已{told} {outcome.done} 条。")
    for row, why in outcome.left:
        messages.warning(request, f"{label_of(row, request)}：没有改动，{why}。")
    remember_result(key, back)
    return HttpResponseRedirect(back)


def _ask(model_admin, request, rows: Sequence, form: ReasonForm, words: dict):
    context = model_admin.admin_site.each_context(request) | {
        "title": words["question"].format(len(rows)),
        "opts": model_admin.opts,
        "rows": [{"pk": row.pk, "label": label_of(row, request)} for row in rows],
        "form": form,
        "back_url": request.get_full_path(),
        **words,
    }
    return TemplateResponse(
        request, "admin/confirm_action.html", context, status=422 if form.is_bound else 200
    )


@admin.action(description="导出所选", permissions=["view"])
def export_chosen(model_admin, request, queryset):
    """On to the page that asks why: the rows are named there by their keys, and asked for again in the asker's scope."""
    from branch_portal.views_admin_export import export_page  # the view knows the site, which knows the base

    keys = list(queryset.values_list("pk", flat=True)[:MOST_CHOSEN])
    form = ListExportForm(user=request.user, personal=model_admin.personal, initial={"chosen": keys})
    return export_page(request, model_admin, form, count=str(len(keys)))
