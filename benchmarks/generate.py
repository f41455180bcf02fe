"""A whole world of one scale by COPY, the same at every run: branches more and less active, gaps, transfers, leave, absence.

Audit triggers and foreign keys are off while it loads, as a superuser may; the summaries are then written by the product's own
rebuilding, so that they are what its pages expect.
"""

import datetime
import time
from collections.abc import Iterator
from random import Random

from benchmarks import words
from benchmarks.copying import copy
from benchmarks.scales import SEED, TODAY, YEARS, Scale
from benchmarks.stack import DATABASE, Stack

_FOUNDED = datetime.date(2015, 1, 1)
_RATES = {"diligent": 0.98, "usual": 0.9, "weak": 0.65}
#: kind → months in which it is held, title, with a roll of everybody.
_MONTHLY = tuple(range(1, 13))
_QUARTERLY = (2, 5, 8, 11)
KINDS = (
    ("theme_day", _MONTHLY, "主题党日", True),
    ("committee_meeting", _MONTHLY, "支部委员会会议", False),
    ("general_meeting", _QUARTERLY, "支部党员大会", True),
    ("party_lecture", _QUARTERLY, "党课", True),
    ("org_life_meeting", (12,), "组织生活会", True),
    ("appraisal", (12,), "民主评议党员", True),
)
#: Indexes of words take hundreds of entries a row, so they are built when all rows are there.
SEARCHES = ("member_name_tokens", "record_bigrams")
CELL_KIND = ("cell_meeting", _MONTHLY, "党小组会", False)


def uid(table: int, number: int) -> str:
    """A uid that looks random and is the same at every run (a multiplicative hash of the number)."""
    mixed = (number * 0x9E3779B97F4A7C15 + table * 0xC2B2AE3D27D4EB4F) % (1 << 64)
    return f"{mixed >> 32:08x}-{mixed >> 16 & 0xFFFF:04x}-4{mixed & 0xFFF:03x}-8{table:03x}-{number:012x}"


class World:
    """What was made, for whoever makes what comes next."""

    def __init__(self, scale: Scale):
        self.scale = scale
        self.random = Random(SEED)  # noqa: S311  a repeatable world, no secret
        self.branches: list[int] = []
        self.cells: dict[int, list[int]] = {}
        self.rates: dict[int, float] = {}


def generate(stack: Stack, scale: Scale, say=print) -> None:
    """Fill an empty, migrated database."""
    from activities.actions.years import write_branch_years
    from learning.actions.years import rebuild_years
    from members.models import PartyOrganization

    begun = time.monotonic()
    world = World(scale)
    connection = stack.cluster.connect(DATABASE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'"
        )
        # What an earlier run left half done; everything that belongs to somebody hangs on these.
        cursor.execute("TRUNCATE members_partyorganization, members_user CASCADE")
        indexes = _drop_searches(cursor, stack)
        for step in (_organizations, _people, _accounts, _records, _rolls, _credits):
            step(cursor, world)
            say(f"· {step.__name__[1:]}: {time.monotonic() - begun:.0f} s")
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    connection.close()
    branches = list(PartyOrganization.objects.branches().order_by("pk"))
    for start in range(0, len(branches), 500):
        write_branch_years(branches[start : start + 500], YEARS)
    rebuild_years(by=None)
    stack.cluster.execute("VACUUM ANALYZE", database=DATABASE)
    say(f"· summaries: {time.monotonic() - begun:.0f} s")


def _drop_searches(cursor, stack: Stack) -> list[str]:
    """Drop the indexes of words; returns the statements that make them again, which a run that ends too early leaves behind."""
    cursor.execute("SELECT indexdef, indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(SEARCHES)])
    found = cursor.fetchall()
    kept = stack.remembered("searches") or {}
    kept |= {name: definition.replace(" INDEX ", " INDEX IF NOT EXISTS ", 1) for definition, name in found}
    stack.remember(searches=kept)
    for _, name in found:
        cursor.execute(f"DROP INDEX {name}")
    return list(kept.values())


def _organizations(cursor, world: World) -> None:
    from members.models import PartyOrganization

    rows: list[tuple] = []

    def add(parent: tuple | None, place: int, kind: str, name: str) -> tuple:
        path = PartyOrganization._get_path(
            parent[1] if parent else "", (parent[2] if parent else 0) + 1, place
        )
        row = (len(rows) + 1, path, (parent[2] if parent else 0) + 1, kind, name)
        rows.append(row)
        return row

    scale = world.scale
    if scale.branches == 1:
        uppers = [None]
    else:
        top = add(None, 1, "committee", "中共示范县委员会")
        districts = [add(top, n + 1, "committee", f"第{n + 1}镇党委") for n in range(scale.districts)]
        offices = [
            add(districts[n % len(districts)], n // len(districts) + 1, "general_branch", f"第{n + 1}党总支")
            for n in range(scale.offices)
        ]
        uppers = offices or districts
    for n in range(scale.branches):
        upper = uppers[n % len(uppers)]
        branch = add(upper, n // len(uppers) + 1, "branch", f"第{n + 1}党支部")
        world.branches.append(branch[0])
        world.rates[branch[0]] = _RATES[world.random.choices(list(_RATES), weights=(50, 38, 12))[0]]
        world.cells[branch[0]] = (
            [add(branch, place, "cell", f"第{n + 1}党支部第{place}党小组")[0] for place in (1, 2)]
            if n % 2
            else []
        )
    children = {row[1]: 0 for row in rows}
    for row in rows:
        if row[1][:-4] in children:
            children[row[1][:-4]] += 1
    copy(
        cursor,
        PartyOrganization,
        ("id", "uid", "path", "depth", "numchild", "kind", "name", "short_name", "code", "unit_category", "founded_on",
         "has_committee", "sort_number", "usual_place"),
        (
            (pk, uid(1, pk), path, depth, children[path], kind, name, name, f"B{pk}", "village" if kind == "branch" else "",
             _FOUNDED, kind == "branch", pk, "党群服务中心")
            for pk, path, depth, kind, name in rows
        ),
    )  # fmt: skip


def _people(cursor, world: World) -> None:
    from members.models import Affiliation, Member, PostTenure

    random, size = world.random, world.scale.members
    places = [(branch, seat) for branch in world.branches for seat in range(size)]
    moved = {number for number in range(len(places)) if random.random() < 0.03}

    def members() -> Iterator[tuple]:
        for number, (branch, seat) in enumerate(places, 1):
            name, sounds, initials = words.name(random)
            born = random.randint(1945, 2003)
            cells = world.cells[branch]
            yield (
                number, uid(2, number), name, sounds, initials, random.choice(("male", "male", "female")), born,
                random.choice(("21", "31", "61", "71")), "probationary" if seat == size - 1 else "full", branch,
                cells[seat % 2] if cells else None, f"{max(born + 20, 1965)}-06-20",
                None if seat == size - 1 else f"{max(born + 21, 1966)}-06-20", "2024-01-01T00:00:00+08:00",
            )  # fmt: skip

    copy(
        cursor,
        Member,
        ("id", "uid", "name", "name_pinyin", "name_initials", "gender", "birth_year", "education", "category", "branch_id",
         "cell_id", "admitted_on", "confirmed_on", "created_at"),
        members(),
    )  # fmt: skip

    def affiliations() -> Iterator[tuple]:
        key = 0
        for number, (branch, seat) in enumerate(places, 1):
            cells = world.cells[branch]
            cell = cells[seat % 2] if cells else None
            if number - 1 in moved:
                key += 1
                before = (
                    world.branches[(world.branches.index(branch) + 1) % len(world.branches)]
                    if len(world.branches) < 1000
                    else world.branches[(number * 7) % len(world.branches)]
                )
                yield key, uid(3, key), number, before, None, "[2015-01-01,2025-07-01)", "initial", "moved"
                key += 1
                yield key, uid(3, key), number, branch, cell, "[2025-07-01,)", "moved", ""
            else:
                key += 1
                yield key, uid(3, key), number, branch, cell, "[2015-01-01,)", "initial", ""

    copy(
        cursor,
        Affiliation,
        ("id", "uid", "member_id", "branch_id", "cell_id", "period", "gain", "loss"),
        affiliations(),
    )
    posts = ("secretary", "organization", "publicity", "discipline")
    copy(
        cursor,
        PostTenure,
        ("id", "uid", "member_id", "organization_id", "post", "period"),
        (
            (key, uid(4, key), (key - 1) // len(posts) * size + (key - 1) % len(posts) + 1,
             world.branches[(key - 1) // len(posts)], posts[(key - 1) % len(posts)], "[2024-01-01,)")
            for key in range(1, len(world.branches) * len(posts) + 1)
        ),
    )  # fmt: skip


def _accounts(cursor, world: World) -> None:
    """Staff of the top and of the first district, the first branch's secretary and a member of it, the administrator."""
    from members.models import RoleGrant, User

    size = world.scale.members
    people = [
        (1, "staff", "县委组织部", None, False),
        (2, "district", "第1镇组织委员", None, False),
        (3, "secretary", "第1党支部书记", 1, False),
        (4, "member", "第1党支部党员", size - 1, False),
        (5, "root", "系统管理员", None, True),
    ]
    copy(
        cursor,
        User,
        ("id", "uid", "password", "username", "display_name", "member_id", "is_superuser", "date_joined"),
        (
            (key, uid(5, key), "!", *person[:2], *person[2:], "2024-01-01T00:00:00+08:00")
            for key, *person in people
        ),
    )
    if world.scale.branches > 1:
        copy(
            cursor,
            RoleGrant,
            ("id", "uid", "user_id", "role", "organization_id", "valid_from"),
            [(n, uid(6, n), n, "committee_staff", n, "2024-01-01") for n in (1, 2)],
        )


def _records(cursor, world: World) -> None:
    """Gatherings, shares and records, in three passes over the same decisions."""
    from activities.models import ActivityRecord, Gathering, GatheringBranch

    held = list(_held(world))
    random = Random(SEED + 1)  # noqa: S311  a repeatable world, no secret

    def instant(day: datetime.date, hour: int) -> str:
        return f"{day}T{hour:02d}:00:00+08:00"

    copy(
        cursor,
        Gathering,
        ("id", "uid", "host_id", "theme", "on_date", "started_at", "ended_at", "place", "state", "created_at", "changed_at"),
        (
            (key, uid(7, key), branch, f"{title}：{day.month}月", day, instant(day, 14), instant(day, 16), words.place(random),
             "held", instant(day, 17), instant(day, 17))
            for key, (branch, _, _, title, day, _) in enumerate(held, 1)
        ),
    )  # fmt: skip
    copy(
        cursor,
        GatheringBranch,
        ("id", "uid", "gathering_id", "branch_id", "cell_id", "roll_saved_at"),
        (
            (key, uid(8, key), key, branch, cell, instant(day, 17))
            for key, (branch, cell, _, _, day, _) in enumerate(held, 1)
        ),
    )
    copy(
        cursor,
        ActivityRecord,
        ("id", "uid", "share_id", "branch_id", "cell_id", "kind", "on_date", "title", "state", "number", "assessment_year",
         "held_as", "content", "study_minutes", "recorded_by_id", "recorded_at", "confirmed_by_id", "confirmed_at", "created_at"),
        (
            (key, uid(9, key), key, branch, cell, kind, day, f"{title}：{day.month}月",
             "recorded" if day.month == TODAY.month and day.year == TODAY.year else "confirmed", key % 30_000, day.year,
             "general" if kind == "org_life_meeting" else "", words.text(random), 90 if roll else None, 3,
             instant(day, 17), 3, instant(day, 18), instant(day, 17))
            for key, (branch, cell, kind, title, day, roll) in enumerate(held, 1)
        ),
    )  # fmt: skip


def _held(world: World) -> Iterator[tuple]:
    """(branch, cell, kind, title, day, roll of everybody) of everything that was held, in the order of days for each branch."""
    for branch in world.branches:
        random, rate = Random(SEED * 31 + branch), world.rates[branch]  # noqa: S311  a repeatable world, no secret
        kinds = [(*kind, None) for kind in KINDS] + [(*CELL_KIND, cell) for cell in world.cells[branch]]
        for year in YEARS:
            for kind, months, title, roll, cell in kinds:
                for month in months:
                    day = datetime.date(year, month, random.randint(3, 27))
                    if day <= TODAY and random.random() < rate:
                        yield branch, cell, kind, title, day, roll


def _rolls(cursor, world: World) -> None:
    """Everybody who belonged to the branch on the day; about 90 in 100 present. By one INSERT: the rows are in the database."""
    first = YEARS[-world.scale.roll_years]
    cursor.execute(
        """
        INSERT INTO activities_rollentry (share_id, branch_id, member_id, on_date, row_number, name, status, leave_type, reason,
                                          minutes, marked_by_id, marked_at)
        SELECT share_id, branch_id, member_id, on_date, row_number, name,
               CASE WHEN dice < 4 THEN 'absent' WHEN dice < 9 THEN 'leave' WHEN dice < 12 THEN 'late' ELSE 'present' END,
               CASE WHEN dice BETWEEN 4 AND 8 THEN 'personal' ELSE '' END,
               CASE WHEN dice < 9 THEN '外出务工' ELSE '' END, CASE WHEN dice < 9 THEN 0 ELSE 90 END, 3, on_date + time '17:00'
        FROM (
            SELECT r.share_id, r.branch_id, a.member_id, r.on_date, m.name,
                   row_number() OVER (PARTITION BY r.share_id ORDER BY a.member_id) AS row_number,
                   abs(hashint8(r.share_id * 1000003 + a.member_id)::bigint) %% 100 AS dice
            FROM activities_activityrecord r
            JOIN members_affiliation a ON a.branch_id = r.branch_id AND a.period @> r.on_date
            JOIN members_member m ON m.id = a.member_id
            WHERE r.study_minutes IS NOT NULL AND r.on_date >= make_date(%s, 1, 1)
        ) AS expected
        """,
        [first],
    )
    cursor.execute(
        """
        UPDATE activities_gatheringbranch share SET expected_count = n, present_count = present, leave_count = on_leave,
               absent_count = absent
        FROM (SELECT share_id, count(*) AS n, count(*) FILTER (WHERE status IN ('present', 'late')) AS present,
                     count(*) FILTER (WHERE status = 'leave') AS on_leave, count(*) FILTER (WHERE status = 'absent') AS absent
              FROM activities_rollentry GROUP BY share_id) AS roll
        WHERE share.id = roll.share_id
        """
    )


def _credits(cursor, world: World) -> None:
    """Two hours for whoever was at a theme day or a lecture."""
    first = YEARS[-world.scale.credit_years]
    cursor.execute(
        """
        INSERT INTO learning_studycredit (uid, member_id, branch_id, on_date, year, category, title, minutes, hours, rule_id,
                                          source, source_url, revision, status, created_at)
        SELECT md5('credit' || e.id)::uuid, e.member_id, e.branch_id, e.on_date, r.assessment_year, r.kind, r.title, 90, 2.00,
               rule.id, 'activities.record:' || r.uid, '', 1, 'confirmed', e.marked_at
        FROM activities_rollentry e
        JOIN activities_activityrecord r ON r.share_id = e.share_id
        JOIN LATERAL (SELECT id FROM learning_studyrule WHERE category = r.kind ORDER BY from_year DESC LIMIT 1) AS rule ON true
        WHERE e.status IN ('present', 'late') AND r.kind IN ('theme_day', 'party_lecture')
          AND r.on_date >= make_date(%s, 1, 1)
        """,
        [first],
    )
