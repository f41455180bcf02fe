"""Art. 19: each kind of pair at least once a year; C7 is members with a talk of all members."""

from hypothesis import given
from hypothesis import strategies as st

from activities.rules.talks import COMMITTEE, FELLOWS, MIXED, Coverage, Talk, coverage, pair_kind

SECRETARY, OFFICER, LI, WANG, ZHAO = range(1, 6)
EVERYBODY = [SECRETARY, OFFICER, LI, WANG, ZHAO]
LEADERS = {SECRETARY, OFFICER}


def test_the_kind_is_that_of_the_two():
    assert [
        pair_kind(True, True),
        pair_kind(True, False),
        pair_kind(False, True),
        pair_kind(False, False),
    ] == [
        COMMITTEE,
        MIXED,
        MIXED,
        FELLOWS,
    ]


def test_nobody_has_talked_yet():
    stand = coverage(EVERYBODY, LEADERS, [])
    assert (stand.covered, stand.share, stand.level) == (0, 0, "missing")
    assert stand.untalked == tuple(EVERYBODY)
    assert stand.committee_pairs == ((SECRETARY, OFFICER),)
    assert stand.without_committee == stand.without_fellow == (LI, WANG, ZHAO)
    assert stand.sentence == (
        "5 名党员还没有谈过，支委之间缺 1 对，3 名党员未与支委谈，3 名党员未与其他党员谈"
    )


def test_all_have_talked():
    talks = [
        Talk(OFFICER, SECRETARY, COMMITTEE),
        *(Talk(SECRETARY, person, MIXED) for person in (LI, WANG, ZHAO)),
        Talk(LI, WANG, FELLOWS),
        Talk(ZHAO, WANG, FELLOWS),
    ]
    stand = coverage(EVERYBODY, LEADERS, talks)
    assert stand.complete
    assert (stand.share, stand.level, stand.sentence) == (1, "done", "")


def test_c7_counts_members_with_a_talk():
    stand = coverage(range(10), set(), [Talk(0, number, FELLOWS) for number in range(1, 9)])
    assert (stand.covered, stand.share, stand.level) == (9, 0.9, "done")
    assert coverage(range(10), set(), [Talk(0, 1, FELLOWS)] * 5).level == "missing"
    assert coverage(range(10), set(), [Talk(0, n, FELLOWS) for n in range(1, 6)]).level == "late"


def test_the_kind_is_that_of_the_day_of_the_talk():
    """Who left the committee since had talked with a member as its member."""
    stand = coverage([LI, WANG], set(), [Talk(LI, WANG, MIXED)])
    assert stand.untalked == ()
    assert stand.without_committee == ()  # there is no committee to talk with now
    assert stand.without_fellow == (LI, WANG)


def test_a_talk_with_who_has_left_counts_for_who_stayed():
    stand = coverage([LI, WANG], set(), [Talk(LI, 99, FELLOWS)])
    assert stand.untalked == (WANG,)
    assert 99 not in stand.untalked


def test_nobody_to_talk_with():
    for members in ([], [LI]):
        stand = coverage(members, {LI}, [])
        assert (stand.share, stand.level, stand.complete) == (None, "", True)
    assert coverage([SECRETARY, LI], {SECRETARY}, [Talk(SECRETARY, LI, MIXED)]).complete


people = st.lists(st.integers(1, 12), unique=True, max_size=12)
talks = st.lists(
    st.builds(Talk, st.integers(1, 14), st.integers(1, 14), st.sampled_from([COMMITTEE, MIXED, FELLOWS])),
    max_size=30,
)


@given(people, st.sets(st.integers(1, 12)), talks)
def test_what_is_missing_is_of_today_and_adds_up(members, committee, held):
    stand = coverage(members, committee, held)
    assert 0 <= stand.covered <= stand.total == len(members)
    missing = {*stand.untalked, *stand.without_committee, *stand.without_fellow}
    missing |= {person for pair in stand.committee_pairs for person in pair}
    assert missing <= set(members)
    assert not {*stand.without_committee, *stand.without_fellow} & committee
    assert set().union(*map(set, stand.committee_pairs)) <= committee


@given(people, st.sets(st.integers(1, 12)), talks, talks)
def test_another_talk_never_opens_a_gap(members, committee, held, more):
    before, after = coverage(members, committee, held), coverage(members, committee, held + more)
    for name in ("untalked", "committee_pairs", "without_committee", "without_fellow"):
        assert set(getattr(after, name)) <= set(getattr(before, name))


@given(people, st.sets(st.integers(1, 12)), talks)
def test_who_asks_for_whom_does_not_matter(members, committee, held):
    turned = [Talk(talk.other, talk.one, talk.kind) for talk in reversed(held)]
    assert coverage(members, committee, turned) == coverage(members, committee, held)


def test_an_empty_branch_is_complete():
    assert Coverage(0).complete
