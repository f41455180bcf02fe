"""Whatever was held by whom, in whatever state: the stored year is what the words of `BranchYear` say, month by month."""

import datetime

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.actions.years import recompute_branch_years, write_branch_years
from activities.models import ActivityRecord, BranchYear, Gathering, GatheringBranch
from activities.queries.cadence import KIND_ORDER, branch_facts, cadence_rules
from activities.rules.cadence import DEFAULT_CADENCE, Dues, OrganisationFacts, due_mask
from branch_portal.dates import local_datetime
from members.models import OrganizationChange
from tests import factories as make

YEAR = 2025
CELLS = ("cell_meeting", "org_life_meeting")
SAME_WORLD = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}

#: Kind, month (13–15: early in the next year), whose (0–2: cells of the branch, 3: another's; None: the branch's), state.
held = st.lists(
    st.tuples(
        st.sampled_from([*KIND_ORDER, *CELLS, *CELLS, "volunteer_service"]),
        st.integers(1, 15),
        st.none() | st.integers(0, 3),
        st.sampled_from(["draft", "recorded", "confirmed"]),
    ),
    max_size=30,
)
days = st.dates(datetime.date(YEAR - 1, 11, 1), datetime.date(YEAR + 1, 2, 1))
lives = st.lists(
    st.tuples(days, st.none() | st.integers(0, 200)).map(
        lambda life: (life[0], None if life[1] is None else life[0] + datetime.timedelta(days=life[1]))
    ),
    max_size=3,
)
changes = st.lists(st.tuples(days, st.booleans()), max_size=3)


def build(world, held, lives, changes):
    """A branch with cells that lived so, a committee that came and went so, and records of what was held."""
    branch = make.organization(
        parent=world.committee, has_committee=True, founded_on=datetime.date(2000, 1, 1)
    )
    cells = [
        make.organization("cell", parent=branch, founded_on=since, abolished_on=until)
        for since, until in lives
    ]
    for day, there in changes:
        OrganizationChange.objects.create(
            organization=branch, kind="adjusted", effective_on=day, has_committee=there
        )
    records = []
    for kind, month, place, state in held:
        of_cell = kind == "cell_meeting" or (kind == "org_life_meeting" and place is not None)
        cell = ([*cells, world.cell_a1] * 4)[place or 0] if of_cell else None
        year, number = (YEAR, month) if month <= 12 else (YEAR + 1, month - 12)
        day = datetime.date(year, number, 15)
        records.append((kind, day, cell, state))
    write(world, branch, records)
    return branch, cells


def write(world, branch, records) -> None:
    now, by = timezone.now(), world.secretary_a
    gatherings = [
        Gathering(
            host=branch, on_date=day, theme="学习", place="会议室", state="held",
            started_at=local_datetime(day, datetime.time(9)), ended_at=local_datetime(day, datetime.time(10)),
        )
        for _, day, _, _ in records
    ]  # fmt: skip
    shares = [
        GatheringBranch(gathering=each, branch=branch) for each in Gathering.objects.bulk_create(gatherings)
    ]
    rows = zip(GatheringBranch.objects.bulk_create(shares), records, strict=True)
    ActivityRecord.objects.bulk_create(
        ActivityRecord(
            share=share, branch=branch, cell=cell, kind=kind, on_date=day, title="学习", state=state,
            assessment_year=YEAR if kind in ("org_life_meeting", "appraisal") else day.year,
            held_as=("cell" if cell else "general") if kind == "org_life_meeting" else "",
            **({} if state == "draft" else {"recorded_by": by, "recorded_at": now}),
            **({"confirmed_by": by, "confirmed_at": now} if state == "confirmed" else {}),
        )
        for share, (kind, day, cell, state) in rows
    )  # fmt: skip


def months(branch, kind, cell, part) -> set[int]:
    states = {"held": ["recorded", "confirmed"], "confirmed": ["confirmed"]}[part]
    rows = ActivityRecord.objects.filter(
        branch=branch, kind=kind, cell=cell, assessment_year=YEAR, state__in=states
    )
    return {day.month for day in rows.values_list("on_date", flat=True)}


def mask(numbers) -> int:
    return sum(1 << number - 1 for number in set(numbers))


def said(branch, cells, met) -> dict[str, int]:
    """The year in words; `met` are all cells with a record in the branch's name."""
    rules, wanted = cadence_rules(), {}
    committee = OrganizationChange.objects.filter(organization=branch).order_by("effective_on", "pk")
    facts = branch_facts(
        branch, has_cells=bool(cells), committee=list(committee.values_list("effective_on", "has_committee"))
    )
    due = due_mask(rules, facts, YEAR)
    owed = {
        cell: due_mask(rules, branch_facts(cell, has_cells=False), YEAR)["cell_meeting"] & due["cell_meeting"]
        for cell in cells
    }
    owing = {month: [cell for cell in cells if owed[cell] >> month - 1 & 1] for month in range(1, 13)}
    due["cell_meeting"] = mask(month for month in owing if owing[month])
    for kind in KIND_ORDER:
        wanted[f"due_{kind}"] = due[kind]
    for part in ("held", "confirmed"):
        for kind in KIND_ORDER:
            wanted[f"{part}_{kind}"] = mask(months(branch, kind, None, part))
        when = {cell: months(branch, "cell_meeting", cell, part) for cell in met}
        anywhere = set().union(*when.values())
        whole = {
            month
            for month in range(1, 13)
            if (all(month in when[cell] for cell in owing[month]) if owing[month] else month in anywhere)
        }
        wanted[f"{part}_cell_meeting"] = mask(whole)
        if part == "held":
            wanted["cells_partly"] = mask(anywhere - whole)
        life = {cell: months(branch, "org_life_meeting", cell, part) for cell in met}
        if cells and all(life[cell] for cell in cells):
            wanted[f"{part}_org_life_meeting"] |= mask(set().union(*life.values()))
    return wanted


@settings(max_examples=25, **SAME_WORLD)
@given(held=held, lives=lives, changes=changes)
def test_the_stored_year_is_what_the_words_say(world, held, lives, changes):
    with transaction.atomic():
        branch, cells = build(world, held, lives, changes)
        recompute_branch_years(by=None, branches=[branch, world.branch_b], years=[YEAR, YEAR + 1])
        wanted = said(branch, cells, [*cells, world.cell_a1])
        row = BranchYear.objects.get(branch=branch, year=YEAR)
        assert {name: getattr(row, name) for name in wanted} == wanted
        assert BranchYear.objects.filter(branch=world.branch_b, year__in=[YEAR, YEAR + 1]).count() == 2
        assert write_branch_years([branch, world.branch_b], [YEAR, YEAR + 1]) == 0  # nothing is written twice
        transaction.set_rollback(True)


facts = st.builds(
    OrganisationFacts,
    kind=st.sampled_from(["branch", "cell", "committee"]),
    formation=st.sampled_from(["sole", "joint", "temporary"]),
    founded_on=st.none() | days,
    abolished_on=st.none() | days,
    full_members=st.integers(0, 9),
    has_committee=st.booleans(),
    has_cells=st.booleans(),
    committee_changes=changes.map(sorted),
)


@given(asked=st.lists(facts, max_size=12))
def test_who_is_alike_owes_the_same(asked):
    rules = DEFAULT_CADENCE
    dues = Dues(rules)
    for each in asked:
        for year in (YEAR, YEAR + 1):
            assert dues.of(each, year) == due_mask(rules, each, year)
