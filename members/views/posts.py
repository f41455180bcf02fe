"""岗位职责: the catalogue of posts, for everyone who signs in; a root committee's staff edits it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from members.actions.errors import ActionRefused
from members.actions.post_definitions import update_post_definition
from members.forms.posts import PostDefinitionForm
from members.queries.posts import catalogue as catalogue_of_posts
from members.queries.posts import may_edit_catalogue


def _crumbs(*more):
    own = reverse("members:posts") if more else None
    return [("工作台", reverse("workbench")), ("岗位职责", own), *more]


def _parts(definition):
    return [
        ("职责", definition.duties),
        ("任务", definition.tasks),
        ("方法", definition.methods),
        ("标准", definition.standards),
    ]


@require_safe
def catalogue(request):
    return render(
        request,
        "members/posts.html",
        {"page_title": "岗位职责", "definitions": catalogue_of_posts(), "breadcrumbs": _crumbs()},
    )


@require_safe
def post(request, post):
    definition = get_object_or_404(catalogue_of_posts(), post=post)
    title = definition.get_post_display()
    return render(
        request,
        "members/post.html",
        {
            "page_title": title,
            "definition": definition,
            "parts": _parts(definition),
            "may_edit": may_edit_catalogue(request.user),
            "breadcrumbs": _crumbs((title, None)),
        },
    )


@require_safe
def printout(request, post):
    definition = get_object_or_404(catalogue_of_posts(), post=post)
    return render(
        request,
        "members/post_print.html",
        {
            "page_title": f"{definition.get_post_display()}岗位职责",
            "parts": _parts(definition),
            "back_url": reverse("members:post", args=[definition.post]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, post):
    definition = get_object_or_404(catalogue_of_posts(), post=post)
    if not may_edit_catalogue(request.user):
        raise PermissionDenied
    form = PostDefinitionForm(request.POST or None, user=request.user, definition=definition)
    back = reverse("members:post", args=[definition.post])
    if request.method == "POST" and form.is_valid():
        try:
            update_post_definition(by=request.user, definition=definition, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已保存。")
            return redirect(back)
    title = f"修改{definition.get_post_display()}岗位职责"
    context = {"page_title": title, "form": form, "button": "保存", "back_url": back}
    context["breadcrumbs"] = _crumbs((definition.get_post_display(), back), ("修改", None))
    return render(request, "members/post_form.html", context)
