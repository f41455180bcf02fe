"""Forms filled in: at once for one organisation, or by a worker for a committee or for each of its branches."""

import hashlib
import io
import re
import zipfile
from pathlib import Path

from django.db import transaction
from django.urls import reverse

from branch_portal.blank_forms import BATCH, filled
from branch_portal.dates import today_shanghai
from branch_portal.disk import refuse_without_room
from branch_portal.files import FileRefused, keep_made_file, read_file
from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job
from branch_portal.permissions import Permission
from branch_portal.retention import hours_kept
from members.actions.audit import record_access
from members.models import PartyOrganization, User
from supervision.actions.forms import latest_version
from supervision.models import FormRun, FormTemplate, FormVersion
from supervision.queries.fill_sources import Asked, Unit, permissions_for
from supervision.queries.form_plans import Filling, FormRefused, fillings_for, unit_of
from supervision.rules.form_period import FillPeriod

JOB_KIND = "supervision.fill_form"
MOST_FORMS = 2_000
_GONE = "原表格文件已不在，请重新上传后再填。"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]+')


def fill_now(
    *, user: User, version: FormVersion, organization: PartyOrganization, period: FillPeriod
) -> tuple[bytes, Filling]:
    """One form, filled in within the request; FormRefused or FileRefused when it cannot be. Changes nothing."""
    asked = Asked(user, (unit_of(user, organization),), period, today_shanghai())
    filling = fillings_for(asked, list(version.bindings.all()))[0]
    return filled(_blank(version), version.template.kind, [filling.plan])[0], filling


def _blank(version: FormVersion) -> bytes:
    content = read_file(version.stored_name)
    if content is None:
        raise FormRefused(_GONE)
    return content


def form_file_name(template: FormTemplate, organization: PartyOrganization, period: FillPeriod) -> str:
    """清源村第一党支部_党员情况统计表_2026年3月.xlsx"""
    words = (organization.name[:60], template.name[:60], period.label)
    return "_".join(_NOT_IN_NAMES.sub("", word) for word in words) + f".{template.kind}"


@transaction.atomic
def ask_for_run(
    *, by: User, template: FormTemplate, organization: PartyOrganization, mode: str, year: int, part: str
) -> Job:
    """Queue it; JobRefused when there is nothing to fill in or too much is waiting."""
    if template.withdrawn_at is not None:
        raise JobRefused("这份表格已停用，请换一份，或重新上传。")
    version = latest_version(template)
    if not version.bindings.exists():
        raise JobRefused("这份表格还没有绑定数据，请先绑定。")
    units = _units(by, organization, mode)
    if not units:
        raise JobRefused("这个党组织下没有党支部。")
    if len(units) > MOST_FORMS:
        raise JobRefused(f"共 {len(units)} 个党支部，一次最多填 {MOST_FORMS} 份，请分下级党组织填报。")
    refuse_without_room()
    period = FillPeriod.of(year, part)
    run = FormRun.objects.create(
        version=version, owner=by, organization=organization, mode=mode, year=year, part=part
    )
    run.job = enqueue(
        by=by,
        kind=JOB_KIND,
        title=f"填表：{template.name}（{organization}，{period.label}）"[:120],
        arguments={"run": str(run.uid)},
    )
    run.save(update_fields=["job"])
    return run.job


def _units(user: User, organization: PartyOrganization, mode: str) -> list[Unit]:
    whole = unit_of(user, organization)
    if mode == FormRun.Mode.ONE:
        return [whole]
    return [Unit(branch, (branch,)) for branch in whole.branches]


@job(JOB_KIND)
def make_run(work: Job, progress: Progress) -> JobResult:
    """Fill in; rights are asked again, because they may have ended since."""
    run = FormRun.objects.filter(uid=work.arguments["run"], owner=work.owner).first()
    if run is None:
        raise JobRefused("这次填报已不在，请重新提交。")
    if not work.owner.access.may(Permission.FILL_FORMS, run.organization):
        raise JobRefused("您已没有为这个党组织填表的权限。")
    refuse_without_room()
    template, period = run.version.template, FillPeriod.of(run.year, run.part)
    units = _units(work.owner, run.organization, run.mode)
    progress.start(len(units))
    try:
        if run.mode == FormRun.Mode.ONE:
            content, filling = fill_now(
                user=work.owner, version=run.version, organization=run.organization, period=period
            )
            run.person_count = filling.people
            run.file_name = form_file_name(template, run.organization, period)
        else:
            content, run.person_count = _each(work.owner, run.version, units, period, progress)
            run.file_name = form_file_name(template, run.organization, period)[:-5] + ".zip"
    except (FormRefused, FileRefused) as refused:
        raise JobRefused(str(refused)) from refused
    run.form_count, run.scope = len(units), scope_of(work.owner, run.version)
    run.stored_name = keep_made_file(content, folder="filled", suffix=Path(run.file_name).suffix)
    run.save()
    return JobResult(
        {"summary": f"共 {len(units)} 份，{hours_kept('form_runs')} 小时内可以下载。"},
        reverse("supervision:form-runs"),
    )


def _each(
    user: User, version: FormVersion, units: list[Unit], period: FillPeriod, progress: Progress
) -> tuple[bytes, int]:
    """A .zip of one form a branch, and how many rows of people they name."""
    blank, bindings, today = _blank(version), list(version.bindings.all()), today_shanghai()
    out, people, names = io.BytesIO(), 0, set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for start in range(0, len(units), BATCH):
            some = units[start : start + BATCH]
            fillings = fillings_for(Asked(user, tuple(some), period, today), bindings)
            made = filled(blank, version.template.kind, [filling.plan for filling in fillings])
            for filling, content in zip(fillings, made, strict=True):
                name = form_file_name(version.template, filling.unit.organization, period)
                if name in names:
                    name = f"{filling.unit.organization.code}_{name}"
                names.add(name)
                archive.writestr(name, content)
                people += filling.people
            progress.step(start + len(some))
    return out.getvalue(), people


def scope_of(user: User, version: FormVersion) -> str:
    """What the user may read of what the form is bound to, as one value to compare."""
    permissions = {Permission.FILL_FORMS}
    for source, column in version.bindings.values_list("source", "column"):
        permissions |= permissions_for(source, column)
    scopes = [user.access.scope(permission) for permission in sorted(permissions)]
    parts = [(sorted(s.organization_ids), s.leaf_paths, s.paths, s.everything) for s in scopes]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@transaction.atomic
def note_filled(*, by: User, template: FormTemplate, organization_id: int, people: int, ip: str) -> None:
    """Whoever takes a list of people out with a form is written down."""
    if people:
        record_access(
            by=by,
            action="export",
            field="填报表格",
            reason=f"填报：{template.name}",
            ip=ip,
            branch_id=organization_id,
            row_count=people,
        )
