"""填表: a superior's blank forms in versions, what is bound to their cells, and the filled ones that were asked for."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import Job, UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class FormTemplateQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.FILL_FORMS
    edit_permission = Permission.FILL_FORMS

    def in_use(self):
        return self.filter(withdrawn_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FormTemplate(UidModel):
    """A blank form of a superior, kept by a committee; what it looks like is its latest version."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "Excel 表格"
        DOCX = "docx", "Word 文档"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="form_templates", verbose_name="党组织"
    )
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=4, choices=Kind.choices)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = FormTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表格"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organization", "-created_at"], name="form_template_of")]

    def __str__(self):
        return f"填报表格 {self.uid}"


class FormVersionQuerySet(ScopedQuerySet):
    organization_lookups = ("template__organization",)
    view_permission = Permission.FILL_FORMS


class FormVersion(UidModel):
    """One upload of a form, never changed. `layout` is what `branch_portal.blank_forms` saw in it, `left_out` says in words
    which bindings of the version before found no place here."""

    template = models.ForeignKey(
        FormTemplate, on_delete=models.PROTECT, related_name="versions", verbose_name="填报表格"
    )
    number = models.PositiveSmallIntegerField("版本")
    stored_name = models.CharField(max_length=120)
    file_name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("大小")
    layout = models.JSONField("表格结构", default=dict)
    left_out = models.JSONField("未能沿用的绑定", default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表格版本"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="form_version_once")]

    def __str__(self):
        return f"填报表格版本 {self.uid}"


class FormBindingQuerySet(ScopedQuerySet):
    organization_lookups = ("version__template__organization",)
    view_permission = Permission.FILL_FORMS
    edit_permission = Permission.FILL_FORMS


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FormBinding(UidModel):
    """What goes into one place of a form: a source of `supervision.queries.fill_sources`, for a table one of its columns.

    A place is a cell of a sheet or of a Word table (`B4`), a placeholder (`{{支部名称}}`) or a blank (`空格1`). Cells of one row
    that are bound to a table are repeated downwards; `spare` rows for it stand in the form already.
    """

    class Span(models.TextChoices):
        PERIOD = "period", "本期"
        TO_DATE = "to_date", "本年累计（1 月 1 日至期末）"
        YEAR_BEFORE = "year_before", "上年同期"

    version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="bindings", verbose_name="填报表格版本"
    )
    sheet = models.CharField("工作表", max_length=60, blank=True)
    place = models.CharField("位置", max_length=60)
    source = models.CharField("数据", max_length=60)
    column = models.CharField("栏目", max_length=60, blank=True)
    span = models.CharField("时段", max_length=12, choices=Span.choices, default=Span.PERIOD)
    words = models.CharField("固定文字", max_length=200, blank=True)
    spare = models.PositiveSmallIntegerField("预留行数", default=1)
    keep = models.BooleanField("写在原有文字后面", default=False)

    objects = FormBindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报绑定"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "sheet", "place"], name="form_binding_place_once"),
            models.CheckConstraint(name="form_binding_spare", condition=Q(spare__range=(1, 1000))),
        ]

    def __str__(self):
        return f"填报绑定 {self.uid}"


class FormRunQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.FILL_FORMS

    def visible_to(self, user):
        """Whoever asked for it, as long as they may still fill in for that organisation."""
        return super().visible_to(user).filter(owner_id=user.pk)


class FormRun(UidModel):
    """A form filled in by a worker, for who asked for it; its bytes go after a day.

    `scope` is what the owner might read when it was written: whoever may read something else by now gets no file.
    """

    class Mode(models.TextChoices):
        ONE = "one", "合填一份"
        EACH = "each", "每个党支部一份（压缩包）"

    version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="runs", verbose_name="填报表格版本"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="填报人"
    )
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党组织"
    )
    mode = models.CharField("方式", max_length=4, choices=Mode.choices)
    year = models.PositiveSmallIntegerField("年度")
    part = models.CharField("时段", max_length=4)
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="后台任务"
    )
    stored_name = models.CharField(max_length=120, blank=True)
    file_name = models.CharField("文件名", max_length=160, blank=True)
    form_count = models.PositiveIntegerField("份数", default=0)
    person_count = models.PositiveIntegerField("名单行数", default=0)
    scope = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)

    objects = FormRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报结果"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="form_run_created")]

    def __str__(self):
        return f"填报结果 {self.uid}"
