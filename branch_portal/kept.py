"""Forms that keep themselves: while somebody types, the page sends the form's text here every few seconds.

A view that owns such a form names it by a key, shows `data-keep` on the form, offers what was kept (`kept_form`) and
forgets it with the successful submission (`forget_form`). Keys are made by views from rows that the user may edit; what is
kept under one is read back by the same user alone, so a made-up key harms nobody.
"""

import re
import uuid

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from branch_portal import markings_found
from branch_portal.dates import to_local
from branch_portal.markings import is_marked
from branch_portal.models import KeptForm

MAX_LENGTH = 300_000
MAX_FORMS = 50
_KEY = re.compile(r"^[a-z0-9_.:-]{1,120}$")
#: What belongs to one sending of a form, not to what was typed.
_NOT_TYPED = ("csrfmiddlewaretoken", "submission_key", "draft")


@require_POST
def keep(request, key: str):
    """Keep the posted form under the key, or forget it (`_forget=1`). Answers with the time, for the page to show."""
    if not _KEY.match(key):
        return HttpResponse(status=404)
    if request.POST.get("_forget") == "1":
        forget_form(request.user, key)
        return redirect(_safe_next(request))
    data = request.POST.copy()
    for name in _NOT_TYPED:
        data.pop(name, None)
    if any(is_marked(value) for values in data.lists() for value in values[1]):
        markings_found.note("自动保存的表单", data.urlencode())
        forget_form(request.user, key)
        return HttpResponse(
            "内容带有密级标志，没有自动保存；本系统为非涉密系统，请删去涉密内容。", status=422
        )
    text = data.urlencode()
    if len(text) > MAX_LENGTH:
        return HttpResponse("内容过长，没有自动保存，请及时保存记录。", status=413)
    now = timezone.now()
    KeptForm.objects.visible_to(request.user).update_or_create(
        user=request.user, key=key, defaults={"data": text.replace("%00", ""), "saved_at": now}
    )
    own = KeptForm.objects.visible_to(request.user)
    own.filter(pk__in=list(own.order_by("-saved_at").values_list("pk", flat=True)[MAX_FORMS:])).delete()
    return HttpResponse(f"{to_local(now):%H:%M} 已自动保存")


def _safe_next(request) -> str:
    following = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
    return following if ours and following.startswith("/") else "/"


class Keeping:
    """One long form in one request: what was kept of it, whether the page shows that, and forgetting it.

    The page first shows the form as it would be, with an offer; `?kept=1` shows what was kept, without judging it.
    """

    def __init__(self, request, key: str):
        self.request, self.key = request, key
        self.kept = kept_form(request.user, key) if request.method != "POST" else None
        self.restoring = self.kept is not None and request.GET.get("kept") == "1"

    def data(self) -> QueryDict | None:
        """What the form is bound to: the posted data, or what was kept and is asked for."""
        if self.request.method == "POST":
            return self.request.POST
        if self.kept is None or not self.restoring:
            return None
        data = kept_data(self.kept)
        data["submission_key"] = str(uuid.uuid4())
        return data

    def offered(self, form):
        """A bound form, not judged where it only shows what was kept."""
        if self.restoring:
            form.unjudged()
        return form

    def forget(self) -> None:
        forget_form(self.request.user, self.key)

    def context(self) -> dict:
        query = self.request.GET.copy()
        query.pop("kept", None)
        plain = self.request.path + (f"?{query.urlencode()}" if query else "")
        query["kept"] = "1"
        return {
            "keep_url": keep_url(self.key),
            "kept": self.kept,
            "restored": self.restoring,
            "plain_url": plain,
            "restore_url": f"{self.request.path}?{query.urlencode()}",
        }


def keep_url(key: str) -> str:
    return reverse("keep", args=[key])


def kept_form(user, key: str) -> KeptForm | None:
    """What the user typed last and did not send."""
    return KeptForm.objects.visible_to(user).filter(key=key).first()


def kept_data(kept: KeptForm) -> QueryDict:
    """The kept form as posted data."""
    return QueryDict(kept.data, mutable=True)


def forget_form(user, key: str) -> None:
    """The form was sent, or its owner wants none of it."""
    KeptForm.objects.visible_to(user).filter(key=key).delete()
