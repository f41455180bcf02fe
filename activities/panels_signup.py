"""What attachments, sign-up and joint gatherings show on other pages."""

from django.http import HttpRequest

from activities.forms.attachments import AttachmentsForm
from activities.models import ActivityRecord, Attachment
from activities.page_panels import record_panel
from activities.queries.reach import may_log
from activities.rules.states import EDITABLE
from branch_portal.registries import Panel


@record_panel
def attachments(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """附件 of the record: what there is, and the upload while the record is open."""
    files = list(
        Attachment.objects.visible_to(request.user)
        .kept()
        .filter(record=record)
        .select_related("uploaded_by")
        .order_by("pk")
    )
    may_add = record.state in EDITABLE and may_log(request.user, record)
    if not files and not may_add:
        return None
    form = AttachmentsForm(user=request.user) if may_add else None
    return Panel(
        "activities/_panel_attachments.html", {"files": files, "record": record, "form": form}, order=60
    )
