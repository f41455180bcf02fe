"""党员: the sixteen national items, personal ones sealed, with the plain parts that lists need (domain 3.1, reliability 5.1)."""

import pghistory
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models import Q

from branch_portal.crypto import BlindIndexField, EncryptedTextField
from branch_portal.many_rows import insert_rows
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.salts import keep_fresh
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization


class MemberQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "cell", "left_branch")
    member_lookup = ""
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def visible_at(self, user, lookup: str) -> Q:
        """`visible_to` as a condition on rows that name the member at `lookup`: to mark each of a few hundred thousand rows, what its
        joins know is enough, where the list of all whom the asker may see would be gone through for every one of them."""
        scope = user.access.scope(self.view_permission)
        if scope.everything:
            return Q(**{f"{lookup}__isnull": False})
        condition = Q(**{lookup: user.member_id}) if user.member_id is not None else Q(pk__in=[])
        for organization in self.organization_lookups:
            condition |= scope.q(f"{lookup}__{organization}")
        return condition

    def current(self):
        """Members whose affiliation is open and whose standing is normal."""
        return self.filter(branch__isnull=False, standing=Member.Standing.NORMAL)

    def without_personal_data(self):
        """Leave the sealed columns in the database; lists never need them."""
        return self.defer(*Member.SEALED_FIELDS)

    def in_list_order(self):
        return self.order_by("name_pinyin", "pk")

    def insert(self, members):
        """Many new rows in one statement, with the salts that they were sealed with; the caller holds the transaction."""
        insert_rows(members, using=self.db)
        keep_fresh(members, using=self.db)

    def bulk_create(self, objs, *args, **kwargs):
        """Rows and the salts that they were sealed with: together or not at all."""
        with transaction.atomic(using=self.db, savepoint=False):
            created = super().bulk_create(objs, *args, **kwargs)
            keep_fresh(created, using=self.db)
        return created


# What is derived from sealed items stays out of the history: it would outlive their erasure.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["id_number_index", "mobile_index", "mobile_tail", "birth_year"],
)
class Member(UidModel):
    """A Party member, probationary or full; never deleted, whatever the exit.

    `branch` and `cell` mirror the open affiliation, `left_branch` the last one of who has none (so that the branch that
    kept the card goes on keeping it); only the actions on affiliations write them. `standing`, `lost_contact_on` and
    `floating_*` mirror the open rows of `MemberStatus`; only the actions on statuses and affiliations write them.
    """

    SEAL_HOLDER = "id"
    SEALED_FIELDS = ("id_number", "birth_date", "mobile", "landline", "home_address", "registered_address")

    class Gender(models.TextChoices):
        MALE = "male", "男"
        FEMALE = "female", "女"

    class Category(models.TextChoices):
        FULL = "full", "正式党员"
        PROBATIONARY = "probationary", "预备党员"

    class Standing(models.TextChoices):
        NORMAL = "normal", "正常"
        SUSPENDED = "suspended", "停止党籍"
        EXITED = "exited", "出党"
        DECEASED = "deceased", "死亡"
        TRANSFERRED_OUT = "transferred_out", "转出"

    name = models.CharField("姓名", max_length=60)
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)
    name_initials = models.CharField(max_length=30, editable=False, blank=True)
    id_number = EncryptedTextField("公民身份号码", column_label="member.id_number")
    id_number_index = BlindIndexField(source="id_number", unique=True)
    gender = models.CharField("性别", max_length=6, choices=Gender.choices)
    ethnicity = models.CharField("民族", max_length=4, default="01")
    birth_date = EncryptedTextField("出生日期", column_label="member.birth_date")
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True, blank=True)
    education = models.CharField("学历", max_length=4, blank=True)
    category = models.CharField("人员类别", max_length=12, choices=Category.choices)
    branch = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        related_name="members",
        verbose_name="所在党支部",
    )
    cell = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cell_members",
        verbose_name="党小组",
    )
    left_branch = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="left_members",
        verbose_name="原所在党支部",
    )
    admitted_on = models.DateField("入党日期")
    confirmed_on = models.DateField("转为正式党员日期", null=True, blank=True)
    standing_correction = models.SmallIntegerField("党龄校正值", default=0)
    job_post = models.CharField("工作岗位", max_length=4, blank=True)
    employer = models.CharField("工作单位及职务", max_length=80, blank=True)
    mobile = EncryptedTextField("手机号", column_label="member.mobile")
    mobile_index = BlindIndexField(source="mobile", db_index=True)
    mobile_tail = models.CharField("手机尾号", max_length=4, blank=True)
    landline = EncryptedTextField("固定电话", column_label="member.landline")
    home_address = EncryptedTextField("家庭住址", column_label="member.home_address")
    standing = models.CharField("党籍状态", max_length=16, choices=Standing.choices, default=Standing.NORMAL)
    lost_contact_on = models.DateField("失去联系日期", null=True, blank=True)
    floating_since = models.DateField("外出日期", null=True, blank=True)
    floating_destination = models.CharField("外出流向", max_length=80, blank=True)
    is_leading_official = models.BooleanField("党员领导干部", default=False)
    # --- The extended set (3.2) ---
    degree = models.CharField("学位", max_length=4, blank=True)
    new_stratum = models.CharField("新社会阶层类型", max_length=4, blank=True)
    professional_title = models.CharField("从事专业技术职务", max_length=40, blank=True)
    is_migrant_worker = models.BooleanField("是否农民工", default=False)
    registered_address = EncryptedTextField("户籍所在地", column_label="member.registered_address")
    native_place = models.CharField("籍贯", max_length=40, blank=True)
    admission_type = models.CharField("入党类型", max_length=4, blank=True)
    admitted_branch = models.CharField("入党时所在支部", max_length=80, blank=True)
    extension_until = models.DateField("延长预备期至", null=True, blank=True)
    applied_on = models.DateField("申请入党日期", null=True, blank=True)
    work_started_on = models.DateField("参加工作日期", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        indexes = [
            models.Index(fields=["branch", "name_pinyin", "id"], name="member_branch_pinyin"),
            models.Index(fields=["name_pinyin", "id"], name="member_pinyin"),
        ]
        constraints = [
            models.CheckConstraint(
                name="member_full_iff_confirmed",
                condition=Q(category="full", confirmed_on__isnull=False)
                | Q(category="probationary", confirmed_on__isnull=True),
            ),
            models.CheckConstraint(
                name="member_confirmed_after_admitted",
                condition=Q(confirmed_on__isnull=True) | Q(confirmed_on__gte=models.F("admitted_on")),
            ),
            models.CheckConstraint(
                name="member_without_branch_has_left",
                condition=Q(branch__isnull=False, left_branch__isnull=True)
                | (Q(branch__isnull=True) & ~Q(standing__in=["normal", "suspended"])),
            ),
            models.CheckConstraint(
                name="member_extension_after_admission",
                condition=Q(extension_until__isnull=True) | Q(extension_until__gt=models.F("admitted_on")),
            ),
        ]

    def __str__(self):
        return f"党员 {self.uid}"

    def save(self, *args, **kwargs):
        """The row and the salt that it was sealed with: together or not at all."""
        using = kwargs.get("using") or self._state.db or DEFAULT_DB_ALIAS
        with transaction.atomic(using=using, savepoint=False):
            super().save(*args, **kwargs)
            keep_fresh([self], using=using)

    @property
    def is_full(self) -> bool:
        return self.category == self.Category.FULL
