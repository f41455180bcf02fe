"""The members of a subtree on a day, with everything by which the statistics divide them as columns.

Tables and lists both start from `members_on`: a cell counts the rows that its list shows.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from branch_portal.dates import local_datetime, today_shanghai
from branch_portal.replica import reading
from learning.queries.rules import RuleBook
from members.models import Affiliation, Member, MemberStatus, PartyOrganization
from members.queries.changes import branches_over_time
from members.queries.dictionaries import choices_of, codes_by_label, label_of
from members.queries.roster import away_since_at_most
from supervision.rules import statistics_layouts as layouts
from supervision.rules.statistics import MEASURES, Layout

_Kinds = MemberStatus.Kind
#: The columns of measures; the total needs none.
FLAGS = tuple(key for key, _ in MEASURES if key != "total")
#: Situations are columns of yes and no, because one person may be in several.
SITUATIONS = ("floating", "abroad", "away", "lost")
_MemberEvent = apps.get_model("members", "MemberEvent")  # the audit's own table of members


def all_words(table: str, day: datetime.date) -> list[tuple[str, str]]:
    """Every code that a card may hold, in order, with its words of the day."""
    codes = dict.fromkeys(
        [*(code for code, _ in choices_of(table, day)), *sorted(codes_by_label(table).values())]
    )
    return [(code, label_of(table, code, day)) for code in codes]


@dataclass(frozen=True)
class Population:
    """Whom the statistics of an organisation count on a day: by the tree and the affiliations of that day (promise 3)."""

    root: PartyOrganization
    day: datetime.date
    branch_ids: frozenset[int] = field(repr=False)

    @classmethod
    def of(cls, root: PartyOrganization, day: datetime.date) -> "Population":
        return cls(root, day, frozenset(branches_over_time(root, day, day)))

    @cached_property
    def words(self) -> dict[str, list[tuple[str, str]]]:
        return {table: all_words(table, self.day) for table in ("ethnicity", "education", "job_post")}

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """Dimension → lines. The dimensions are the annotations of `members_on`."""
        required = RuleBook().requirement(self.day.year)
        return {
            "category": layouts.plain_layout(Member.Category.choices),
            "gender": layouts.plain_layout(Member.Gender.choices),
            "ethnicity": layouts.ethnicity_layout(self.words["ethnicity"]),
            "age": layouts.age_layout(),
            "education": layouts.education_layout(self.words["education"]),
            "job_post": layouts.job_layout(self.words["job_post"]),
            "standing_years": layouts.standing_layout(),
            "admission": layouts.admission_layout(),
            "study": layouts.study_layout(
                required.member_hours.normalize(), required.officer_hours.normalize()
            ),
        }

    @cached_property
    def minority_codes(self) -> tuple[str, ...]:
        node = self.layouts["ethnicity"].node("minority")
        return node.codes if node else ()

    @cached_property
    def college_codes(self) -> tuple[str, ...]:
        return layouts.college_codes(self.words["education"])

    @property
    def past(self) -> bool:
        return self.day < today_shanghai()


def members_on(population: Population, *, suspended: bool | None = False) -> QuerySet:
    """Affiliations that ran on the day in the subtree of the day, one a member, with dimensions `of_…` and flags `is_…`.

    Members are those whose membership is not suspended; `suspended` asks for the others, or with None for all.
    """
    day = population.day
    stopped = MemberStatus.objects.on(day).filter(kind=_Kinds.SUSPENDED).values("member_id")
    rows = Affiliation.objects.on(day).filter(branch_id__among=population.branch_ids)
    if suspended is not None:
        rows = rows.filter(member_id__in=stopped) if suspended else rows.exclude(member_id__in=stopped)
    rows = rows.annotate(
        study_year=FilteredRelation("member__years", condition=Q(member__years__year=day.year)),
        of_category=_category(day),
        of_gender=F("member__gender"),
        of_ethnicity=F("member__ethnicity"),
        of_age=_age(day),
        of_education=_then("education", population),
        of_job_post=_then("job_post", population),
        of_standing_years=_standing_years(day),
        of_admission=_admission(),
        of_study=_study(),
        of_branch=F("branch_id"),
    )
    return rows.annotate(**_flags(population), **{f"is_{key}": _situation(key, day) for key in SITUATIONS})


def tallies(rows: QuerySet, dimensions: Iterable[str]) -> dict[str, dict[str, list[int]]]:
    """Dimension → value → numbers in the order of MEASURES; one statement, one pass over the members, for all of them.

    Under "" stands everybody; a situation is a dimension whose value is "true".
    """
    columns = [f"is_{name}" if name in SITUATIONS else f"of_{name}" for name in dimensions]
    names = dict.fromkeys([*columns, *(f"is_{flag}" for flag in FLAGS)])
    inner, parameters = rows.order_by().values(*names).query.sql_with_params()
    quoted = [f't."{column}"' for column in columns]
    counts = ", ".join(f'count(*) FILTER (WHERE t."is_{flag}")' for flag in FLAGS)
    sets = ", ".join(f"({column})" for column in quoted)
    values = ", ".join(f"{column}::text" for column in quoted)
    sql = (
        f"SELECT GROUPING({', '.join(quoted)}), COALESCE({values}), count(*), {counts}"
        f" FROM ({inner}) AS t GROUP BY GROUPING SETS ({sets}, ())"
    )
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    with reading().cursor() as cursor:
        cursor.execute(sql, parameters)
        for mask, value, *numbers in cursor.fetchall():
            # The one column that is grouped by has its bit unset; the leftmost is the highest.
            place = next((i for i in range(len(columns)) if not mask >> (len(columns) - 1 - i) & 1), None)
            name = "" if place is None else columns[place][3:]
            found[name][value if value is not None else ""] = numbers
    found[""] = {"": found[""].get("", [0] * len(MEASURES))}
    return found


def narrowed_to(
    rows: QuerySet, layouts_of: Mapping[str, Layout], dimension: str, line: str, measure: str
) -> QuerySet | None:
    """The rows behind one cell; None where there is no such cell."""
    if dimension == "situation":
        if line != "total" and line not in SITUATIONS:
            return None
        rows = rows if line == "total" else rows.filter(**{f"is_{line}": True})
    else:
        layout = layouts_of.get(dimension)
        node = layout.node(line) if layout else None
        if layout is None or node is None:
            return None
        name = f"of_{dimension}"
        if node.rest:
            rows = rows.exclude(**{f"{name}__in": list(layout.known)})
        elif not node.whole:
            rows = rows.filter(**{f"{name}__in": list(node.codes)})
    if measure == "total":
        return rows
    return rows.filter(**{f"is_{measure}": True}) if measure in FLAGS else None


# --- The columns ---


def _text(*whens: When, default: str = "") -> Case:
    return Case(*whens, default=Value(default), output_field=CharField())


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _category(day: datetime.date) -> Case:
    full = Q(member__confirmed_on__lte=day)
    return _text(
        When(full, then=Value(Member.Category.FULL.value)), default=Member.Category.PROBATIONARY.value
    )


def _age(day: datetime.date) -> Case:
    return _text(
        *(
            When(member__birth_year__range=(day.year - most, day.year - least), then=Value(key))
            for key, (least, most) in layouts.AGE_BANDS.items()
        )
    )


def _then(name: str, population: Population):
    """A value of the card as it stood at the end of the day, by the audit; today's where the card is younger than that.

    Nobody says from when on a schooling or a job counts, so what was entered by then is what was true then.
    """
    if not population.past:
        return F(f"member__{name}")
    end = local_datetime(population.day + datetime.timedelta(days=1))
    kept = (
        _MemberEvent.objects.filter(pgh_obj=OuterRef("member_id"), pgh_created_at__lt=end)
        .order_by("-pgh_created_at", "-pgh_id")
        .values(name)[:1]
    )
    return Coalesce(Subquery(kept), F(f"member__{name}"), output_field=CharField())


class _YearsSince(Func):
    """Completed years from a date to a day, 29 February kept on the 28th like everywhere here."""

    template = (
        "(date_part('year', %(day)s::date) - date_part('year', %(expressions)s)"
        " - CASE WHEN %(expressions)s + make_interval(years => (date_part('year', %(day)s::date)"
        " - date_part('year', %(expressions)s))::int) <= %(day)s::date THEN 0 ELSE 1 END)::int"
    )
    output_field = IntegerField()


def _standing_years(day: datetime.date) -> Case:
    """党龄 with its 校正值, never below nothing; none before confirmation."""
    years = _YearsSince(F("member__confirmed_on"), day=f"'{day.isoformat()}'") + F(
        "member__standing_correction"
    )
    return Case(
        When(Q(member__confirmed_on__isnull=True) | Q(member__confirmed_on__gt=day), then=Value("none")),
        default=_band_of(years),
        output_field=CharField(),
    )


class _Band(Func):
    """The key of the last band that begins at or below a number."""

    output_field = CharField()

    def as_sql(self, compiler, connection, **extra):
        sql, parameters = compiler.compile(self.source_expressions[0])
        starts = [least for _, least, _ in layouts.STANDING_BANDS]
        keys = [key for key, _, _ in layouts.STANDING_BANDS]
        return (
            f"(%s::text[])[greatest(width_bucket(greatest({sql}, 0), %s::int[]), 1)]",
            [keys, *parameters, starts],
        )


def _band_of(years) -> _Band:
    return _Band(years)


def _admission() -> Case:
    first = layouts.ADMISSION_BANDS[0][0]
    return _text(
        *(
            When(member__admitted_on__gte=start, then=Value(key))
            for key, start, _ in reversed(layouts.ADMISSION_BANDS)
        ),
        default=first,
    )


def _study() -> Case:
    # The same words as MemberYear.reached_lookup(), through the join of the year.
    reached = Q(
        study_year__hours__gte=F("study_year__required_hours"),
        study_year__central_trainings__gte=F("study_year__required_trainings"),
    )
    officer = Q(study_year__is_officer=True)
    return _text(
        When(study_year__isnull=True, then=Value("no_credit")),
        When(officer & reached, then=Value("officer_reached")),
        When(officer, then=Value("officer_short")),
        When(reached, then=Value("member_reached")),
        default="member_short",
    )


def _flags(population: Population) -> dict[str, Case]:
    """The 其中 columns; education of the day, not of today."""
    return {
        "is_probationary": _yes(Q(of_category=Member.Category.PROBATIONARY)),
        "is_female": _yes(Q(member__gender=Member.Gender.FEMALE)),
        "is_minority": _yes(Q(member__ethnicity__in=population.minority_codes)),
        "is_young": _yes(Q(member__birth_year__gte=population.day.year - layouts.YOUNG)),
        "is_college": _yes(Q(of_education__in=population.college_codes)),
    }


def _situation(name: str, day: datetime.date) -> Case:
    long_enough = {"period__startswith__lte": away_since_at_most(day)}
    conditions: dict[str, dict[str, Any]] = {
        "floating": {"kind": _Kinds.FLOATING, **long_enough},
        "abroad": {"kind": _Kinds.FLOATING, "abroad": True, **long_enough},
        "away": {"kind": _Kinds.FLOATING, "period__startswith__gt": away_since_at_most(day)},
        "lost": {"kind": _Kinds.OUT_OF_CONTACT},
    }
    statuses = MemberStatus.objects.on(day).filter(**conditions[name])
    return _yes(Q(member_id__in=statuses.values("member_id")))
