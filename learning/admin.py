"""学习 in the admin: versions of rules and requirements to configure; what was learned is looked into, never changed."""

from copy import copy

from django.contrib import admin, messages

from branch_portal.dates import today_shanghai
from learning.actions.external import recount_external
from learning.actions.rules import follow_rule, save_as_of
from learning.actions.trials import Trial, try_out
from learning.models import ExternalRule, StudyRequirement, StudyRule
from learning.queries.external import files_counted
from members.admin_rules import Effect, PreviewedRuleAdmin


class _VersionAdmin(PreviewedRuleAdmin):
    """A version changes what the stored years from its year on say: they follow in the same transaction, or by a job where
    there are very many.

    Its first year stays: another year is another version, else hours counted by it would have no rule any more.
    """

    def label(self, row) -> str:
        return f"{self.opts.verbose_name}：自 {row.from_year} 年起"

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else (*fixed, *self.fixed_once_made)

    def effect(self, request, rule) -> Effect:
        today = today_shanghai().year
        trial = try_out(
            by=request.user,
            save=lambda: save_as_of(copy(rule), year=today, key=self.fixed_once_made),
            year=today,
        )
        return _effect_of(rule, trial, today)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        followed = follow_rule(by=request.user, since=obj.from_year)
        if followed.rebuilt is None:
            messages.info(
                request,
                f"正在按新规定重算 {obj.from_year} 年起的年度学时，结束后会通知您；进度见“我的任务”。",
            )
        else:
            messages.info(
                request,
                f"已按新规定重算 {obj.from_year} 年起的年度学时，{followed.rebuilt.changed} 人次的结果有变化。",
            )


def _effect_of(rule, trial: Trial, today: int) -> Effect:
    sentences = [f"自 {rule.from_year} 年起适用。已经记入的学时仍按当时的规定折算。"]
    if rule.from_year < today:
        sentences.append(
            f"{rule.from_year} 年至 {today - 1} 年的达标情况可能随之变化。"
            "只想从今年起改变的，请不要改这一版，另加一个今年的版本。"
        )
    whole = f"其中 {trial.before.members} 名的样本" if trial.sampled else "全部"
    as_if = f"假如从 {today} 年起适用，" if rule.from_year > today else ""
    sentences.append(
        f"{as_if}按 {trial.year} 年已记入的学时试算（{trial.total} 名有学时记录的党员，{whole}）："
        f"{trial.changed} 人的结果会变化。"
    )
    figures: list[tuple[str, object, object]] = [
        ("达标人数", trial.before.reached, trial.after.reached),
        ("其中书记和委员达标人数", trial.before.officers_reached, trial.after.officers_reached),
        ("书记和委员人数", trial.before.officers, trial.after.officers),
        ("计入学时合计", f"{trial.before.hours:g}", f"{trial.after.hours:g}"),
    ]
    return Effect(sentences, figures)


@admin.register(StudyRule)
class StudyRuleAdmin(_VersionAdmin):
    """A change is a new version from a year on; hours already posted keep the rule that they were counted by."""

    fixed_once_made = ("category", "from_year")
    list_display = (
        "category", "from_year", "minutes_per_hour", "step", "factor", "per_item_cap", "annual_cap",
        "counts_toward_required", "clause",
    )  # fmt: skip
    list_filter = ("category",)
    fieldsets = (
        (None, {"fields": ("category", "from_year", "clause")}),
        (
            "怎样折算",
            {
                "fields": ("minutes_per_hour", "step", "factor", "block_minutes", "block_hours"),
                "description": "已经记入的学时仍按当时的规定折算；改动只影响以后记入的学时和各年度的上限。",
            },
        ),
        ("怎样计入", {"fields": ("counts_toward_required", "annual_cap", "per_item_cap")}),
        ("到会情况", {"fields": ("partial_attendance", "online_counts", "made_up_counts")}),
    )


@admin.register(StudyRequirement)
class StudyRequirementAdmin(_VersionAdmin):
    fixed_once_made = ("from_year",)
    list_display = (
        "from_year", "member_hours", "officer_hours", "officer_trainings", "officer_test", "prorate", "clause",
    )  # fmt: skip
    fieldsets = (
        (
            None,
            {"fields": ("from_year", "member_hours", "officer_hours", "officer_test", "prorate", "clause")},
        ),
        (
            "集中培训",
            {
                "fields": (
                    "officer_trainings",
                    "new_secretary_months",
                    "probation_training",
                    "first_year_training",
                ),
                "description": "书记和委员的集中培训计入是否达到；新任书记、预备期和转正后的培训只作提示。",
            },
        ),
        ("发展对象", {"fields": ("prospect_hours",)}),
    )


@admin.register(ExternalRule)
class ExternalRuleAdmin(PreviewedRuleAdmin):
    """How 学习强国 and other platforms count from a year on; files in force are counted anew in the same transaction.

    What a category may add in a year stays the study rule's word: a rule here counts once that cap allows it.
    """

    list_display = ("source", "from_year", "points_per_hour", "annual_cap", "clause")
    list_filter = ("source",)

    def label(self, row: ExternalRule) -> str:
        return f"{row.get_source_display()}：自 {row.from_year} 年起"

    def effect(self, request, rule) -> Effect:
        files = files_counted(source=rule.source, since=rule.from_year)
        return Effect(
            [
                f"自 {rule.from_year} 年起适用；{files} 份已生效的年度文件会按新规定重新计算，"
                "所涉党员的学时随之变化，并在各自的年度页说明。"
            ]
        )

    def save_model(self, request, obj, form, change):
        before = (form.initial.get("source"), form.initial.get("from_year"))
        super().save_model(request, obj, form, change)
        for source, year in {before, (obj.source, obj.from_year)}:
            if source and year:
                recount_external(by=request.user, source=source, from_year=year)


# Ledger, own study, classes and lessons stand in modules of their own; Django looks for this one.
from learning import admin_ledger, admin_teaching  # noqa: E402, F401
