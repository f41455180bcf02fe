"""送达情况 of one reminder, for who keeps what it is about: counts, what failed and why, and sending it again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from notices.actions.receipts import RetryRefused, retry_delivery
from notices.models import ReminderSlot
from notices.queries.receipts import outside, troubles, with_counts


@require_safe
def receipt(request, uid):
    slot = get_object_or_404(
        with_counts(ReminderSlot.objects.editable_by(request.user)).select_related("rule", "organization"),
        uid=uid,
    )
    context = {
        "page_title": f"送达情况：{slot.title}",
        "breadcrumbs": [("工作台", "/"), ("通知", reverse("notices:inbox")), ("送达情况", None)],
        "slot": slot,
        "troubles": troubles(request.user, slot),
    }
    return render(request, "notices/receipt.html", context)


@require_POST
def retry(request, pk):
    """重发."""
    delivery = get_object_or_404(outside(request.user).select_related("slot"), pk=pk)
    try:
        retry_delivery(by=request.user, delivery=delivery)
    except RetryRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已安排重发，一分钟内发出。")
    return redirect("notices:receipt", uid=delivery.slot.uid)
