"""红色教育基地: the directory, one base with its visits, entering and mending it, naming it for a gathering."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.redbases import BaseFacts, RedBaseRefused, add_base, change_base, choose_base
from activities.forms.redbases import BaseSearchForm, ChangeBaseForm, ChooseBaseForm, NewBaseForm
from activities.models import RedBase
from activities.queries.reach import may_log
from activities.queries.redbases import (
    choosable_bases,
    keepers,
    listed_bases,
    visits_by_year,
    visits_in_year,
    visits_of_base,
)
from activities.queries.subjects import gathering_url
from activities.views.shares import visible_share
from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.tables import Column, Table

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]
_LIMIT = 300


def _base_url(base: RedBase) -> str:
    return reverse("activities:base", args=[base.uid])


@require_safe
def bases(request):
    """The directory with this year's visits."""
    form = BaseSearchForm(request.GET)
    values = form.values()
    year = today_shanghai().year
    counted = visits_in_year(request.user, year)
    found = listed_bases(request.user, text=values.get("q") or "", all_of_them=bool(values.get("everything")))
    columns = [
        Column("名称", lambda base: base.name, cell=_link),
        Column("地址", lambda base: base.place),
        Column("开放时间", lambda base: base.opening_hours),
        Column("联系方式", lambda base: base.contact),
        Column("登记组织", lambda base: str(base.organization)),
        Column(f"{year}年到访次数", lambda base: counted.get(base.pk, 0), numeric=True),
    ]
    context = {
        "page_title": "红色教育基地",
        "breadcrumbs": [*CRUMBS, ("红色教育基地", None)],
        "form": form,
        "table": Table(columns, found[:_LIMIT], caption="红色教育基地"),
        "filtered": bool(values.get("q")),
        "may_add": bool(keepers(request.user)),
    }
    return render(request, "activities/bases.html", context)


def _link(base: RedBase):
    out = "" if base.in_use else "（停用）"
    return format_html('<a href="{}">{}</a>{}', _base_url(base), base.name, out)


@require_safe
def base_page(request, uid):
    """One base: where, when, and who has been there of those whom the asker may see."""
    base = get_object_or_404(RedBase.objects.visible_to(request.user).select_related("organization"), uid=uid)
    shares = visits_of_base(request.user, base)
    columns = [
        Column("日期", lambda share: share.gathering.on_date),
        Column("党支部", lambda share: str(share.branch)),
        Column("活动", lambda share: share.gathering.theme, cell=_gathering_link),
        Column("实到", lambda share: share.present_count, numeric=True),
    ]
    context = {
        "page_title": base.name,
        "breadcrumbs": [*CRUMBS, ("红色教育基地", reverse("activities:bases")), (base.name, None)],
        "base": base,
        "facts": [
            ("地址", base.place),
            ("开放时间", base.opening_hours),
            ("联系方式", base.contact),
            ("说明", base.note),
            ("登记组织", str(base.organization)),
        ],
        "years": visits_by_year(shares),
        "table": Table(columns, shares, caption="前往学习的活动"),
        "may_edit": RedBase.objects.editable_by(request.user).filter(pk=base.pk).exists(),
    }
    return render(request, "activities/base.html", context)


def _gathering_link(share):
    return format_html('<a href="{}">{}</a>', gathering_url(share), share.gathering.theme)


@require_http_methods(["GET", "HEAD", "POST"])
def new_base(request):
    """登记基地."""
    kept = keepers(request.user)
    if not kept:
        raise PermissionDenied
    form = NewBaseForm(request.POST or None, user=request.user, keepers=kept)
    if request.method == "POST" and form.is_valid() and (url := _added_once(request, form)):
        return redirect(url)
    return _form_page(request, form, "登记红色教育基地", reverse("activities:bases"))


def _added_once(request, form: NewBaseForm) -> str:
    """Where the base is, added now or when this form arrived first; "" when it was refused."""
    key = form.cleaned_data["submission_key"]
    try:
        # One savepoint for key and base: what is refused leaves the key free for the mended form.
        with transaction.atomic():
            if url := earlier_result(key, request.user):
                return url
            url = _base_url(add_base(by=request.user, organization=form.organization, facts=_facts(form)))
            remember_result(key, url)
    except RedBaseRefused as refused:
        form.add_error("name", str(refused))
        return ""
    messages.success(request, "基地已登记，活动页面上可以选用。")
    return url


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, uid):
    """修改基地信息, or put it out of use."""
    base = get_object_or_404(RedBase.objects.visible_to(request.user), uid=uid)
    if not RedBase.objects.editable_by(request.user).filter(pk=base.pk).exists():
        raise PermissionDenied
    names = ("name", "place", "contact", "opening_hours", "note", "in_use", "version")
    initial = {name: getattr(base, name) for name in names}
    form = ChangeBaseForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_base(by=request.user, base=base, version=form.cleaned_data["version"], facts=_facts(form))
        except RedBaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "基地信息已保存。")
            return redirect(_base_url(base))
    return _form_page(request, form, "修改基地信息", _base_url(base))


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request, uid):
    """The base of a gathering, chosen on its page."""
    share = visible_share(request, uid)
    if not may_log(request.user, share):
        raise PermissionDenied
    found = choosable_bases(request.user, share.branch)
    now = next((base.uid.hex for base in found if base.pk == share.gathering.red_base_id), "")
    form = ChooseBaseForm(request.POST or None, user=request.user, bases=found, initial={"base": now})
    if request.method == "POST" and form.is_valid():
        try:
            choose_base(by=request.user, share=share, base=form.chosen)
            messages.success(request, "已保存。")
        except RedBaseRefused as refused:
            messages.error(request, str(refused))
        return redirect(gathering_url(share))
    lead = "选定以后，前往次数按已召开的活动统计。" if found else "还没有可选的基地，请先登记。"
    return _form_page(request, form, "选择红色教育基地", gathering_url(share), lead=lead)


def _facts(form) -> BaseFacts:
    names = ("name", "place", "contact", "opening_hours", "note")
    return BaseFacts(
        **{name: form.cleaned_data[name] for name in names}, in_use=form.cleaned_data.get("in_use", True)
    )


def _form_page(request, form, title: str, back: str, *, lead: str = ""):
    context = {
        "page_title": title,
        "breadcrumbs": [*CRUMBS, ("红色教育基地", reverse("activities:bases")), (title, None)],
        "lead": lead,
        "form": form,
        "submit": "保存",
        "back_url": back,
    }
    return render(request, "small_form.html", context)
