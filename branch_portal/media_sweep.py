"""Files that no row knows: what an undone transaction, a full disk or a killed process left in the media folder.

Bytes are written before their row commits (the other way round a row could be without its file), so such orphans are normal
and rare. They are first moved aside and deleted only weeks later: a database that was restored to an earlier state must not
cost the files that the newer rows of another restore would want.
"""

import datetime
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from branch_portal.database import set_context
from branch_portal.scoping import Scope

logger = logging.getLogger(__name__)

#: Fields that hold a path below MEDIA_ROOT. Every model that keeps files names them so.
FIELDS = ("stored_name", "thumb_name")
#: Folders that have their own rules, and what is set aside.
ASIDE = "swept"
_NOT_OURS = {"uploads", ASIDE}
#: Younger files may belong to a transaction that has not committed yet.
_SETTLED = datetime.timedelta(hours=24)
#: So many orphans at once are believed whatever the share of all files.
_FEW = 50
_KEPT_ASIDE = datetime.timedelta(days=30)


def sweep_media(*, settled: datetime.timedelta = _SETTLED) -> int:
    """Move files without a row aside, delete what has lain there for a month; returns how many were moved."""
    root = Path(settings.MEDIA_ROOT)
    before = time.time() - settled.total_seconds()
    old = [path for path in _files(root, skip=_NOT_OURS) if path.stat().st_mtime < before]
    # The rows are read after the files: a file whose row is missing now had a day to get one.
    known = known_names()
    orphans = [path for path in old if path.relative_to(root).as_posix() not in known]
    if len(orphans) > max(_FEW, len(old) // 2):
        # Orphans are rare. So many mean that these are not the rows of these files, or not all of them.
        logger.error(
            "%s of %s files have no row, so none is moved: is this their database?", len(orphans), len(old)
        )
        return 0
    for path in orphans:
        there = root / ASIDE / f"{timezone.now():%Y%m%d}" / path.relative_to(root)
        there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.utime(path)  # from now on it lies aside
        path.rename(there)
    if orphans:
        logger.warning("%s files without a row were moved to %s", len(orphans), root / ASIDE)
    _delete_old(root / ASIDE)
    return len(orphans)


@transaction.atomic
def known_names() -> set[str]:
    """What rows say is kept; a row whose file was removed claims nothing any more. The clock asks, so every row counts."""
    set_context(scope=Scope(everything=True), clock="media-sweep")
    known: set[str] = set()
    for model, field in file_fields():
        rows = model._base_manager.all()
        if any(each.name == "removed_at" for each in model._meta.fields):
            rows = rows.filter(removed_at__isnull=True)
        known |= set(rows.values_list(field, flat=True))
    return known


def file_fields() -> list[tuple[type[Model], str]]:
    """Of the tables themselves; their audit tells what was, not what is."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.name in FIELDS and not any(each.name == "pgh_id" for each in model._meta.fields)
    ]


def _files(root: Path, *, skip: set[str]) -> Iterator[Path]:
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.is_dir() and folder.name not in skip:
            yield from (path for path in folder.rglob("*") if path.is_file())


def _delete_old(aside: Path) -> None:
    before = time.time() - _KEPT_ASIDE.total_seconds()
    for path in aside.rglob("*") if aside.is_dir() else ():
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
