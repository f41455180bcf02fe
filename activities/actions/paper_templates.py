"""The committees' own Word forms: uploaded, tried out, in force from a day, withdrawn."""

import datetime
import hashlib
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from activities.models import PaperTemplate
from activities.paper.form_values import form_values, sample_sheet
from branch_portal.docx_forms import placeholders_of, read_upload
from branch_portal.files import display_name, keep_made_file
from members.models import PartyOrganization


@transaction.atomic
def add_template(
    *,
    by,
    organization: PartyOrganization,
    kind: str,
    name: str,
    active_from: datetime.date,
    file: BinaryIO,
    file_name: str,
) -> PaperTemplate:
    """Keep a form that has been filled in with sample values; FileRefused when it cannot be."""
    content = read_upload(file, name=file_name)
    placeholders = placeholders_of(content, form_values(sample_sheet(kind or "general_meeting")))
    stem = Path(display_name(file_name)).stem or "模板"
    return PaperTemplate.objects.create(
        organization=organization,
        kind=kind,
        name=name.strip(),
        active_from=active_from,
        stored_name=keep_made_file(content, folder="paper", suffix=".docx"),
        file_name=f"{stem}.docx"[:120],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        placeholders=placeholders,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )


@transaction.atomic
def withdraw_template(*, by, template: PaperTemplate) -> bool:
    """Stop using a form; records that were printed with it are not touched. False when it had been withdrawn before."""
    stopped = PaperTemplate.objects.in_use().filter(pk=template.pk)
    row = stopped.select_for_update().first()
    if row is None:
        return False
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    return True
