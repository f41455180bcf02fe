"""查验: what anybody with a sheet or a certificate of hours in hand may ask: is it in the portal, and is it still true."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from activities.forms.paper import CodeForm
from activities.queries.archive import verified
from branch_portal.verification import read_code, shown_code
from learning.queries.certificates import verified_certificate
from members.actions.secret_brake import is_spent, may_try

#: Wrong codes are counted by network.
_GUARDED = "verification code"


@login_not_required
@require_safe
def ask(request):
    """A field for the code."""
    typed = CodeForm(request.GET).values().get("code") or ""
    code = read_code(typed)
    if code:
        return redirect("verify:code", code=code)
    context = {"page_title": "记录查验", "typed": typed, "wrong": bool(typed)}
    return render(request, "verify/ask.html", context)


@login_not_required
@require_safe
def code_page(request, code):
    """Whether paper and portal still agree, and little more (a certificate's hours, a record's kind and day). Only codes that might exist are looked up and counted."""
    read, ip = read_code(code), request.META.get("REMOTE_ADDR", "")
    if read and is_spent(_GUARDED, ip=ip):
        return render(request, "verify/busy.html", {"page_title": "稍后再试"}, status=429)
    if read and (certificate := verified_certificate(read)) is not None:
        context = {"page_title": "学时证明查验", "found": certificate, "code": shown_code(read)}
        return render(request, "verify/certificate.html", context)
    found = verified(read) if read else None
    if found is None:
        if read:
            may_try(_GUARDED, ip=ip)
        return render(
            request, "verify/ask.html", {"page_title": "没有找到", "typed": "", "wrong": True}, status=404
        )
    return render(
        request, "verify/code.html", {"page_title": "记录查验", "found": found, "code": shown_code(read)}
    )
