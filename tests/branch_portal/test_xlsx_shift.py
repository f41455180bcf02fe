"""Rows put into a sheet: whatever a formula summed before, it sums after, copies included; nothing else changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_portal.xlsx_shift import Formulas, RowShift

ROWS = st.integers(1, 40)
SHIFTS = st.dictionaries(ROWS, st.integers(1, 6), max_size=5).map(lambda rows: RowShift(rows.items()))
NUMBERS = st.lists(st.integers(0, 1000), min_size=40, max_size=40)


def after(shift: RowShift, numbers: list[int], copies: list[int]) -> dict[int, int]:
    """The column once rows are put in: old numbers in their new rows, the copies' numbers behind the repeated ones."""
    column = {shift.first(row): number for row, number in enumerate(numbers, start=1)}
    left = iter(copies * 10)
    for row in shift.inserts:
        for new in shift.copies(row):
            column[new] = next(left)
    return column


@given(SHIFTS)
def test_no_row_is_lost_and_none_is_doubled(shift):
    taken = [shift.first(row) for row in range(1, 41)]
    taken += [new for row in shift.inserts for new in shift.copies(row)]
    assert sorted(taken) == list(range(1, 41 + sum(shift.inserts.values())))
    assert all(shift.first(row) < shift.first(row + 1) for row in range(1, 40))


@given(SHIFTS, NUMBERS, st.lists(st.integers(0, 1000), min_size=30, max_size=30), ROWS, ROWS)
def test_a_sum_takes_in_the_copies_and_nothing_else(shift, numbers, copies, one, other):
    top, bottom = sorted((one, other))
    column = after(shift, numbers, copies)
    written = Formulas({"表": shift}).shifted(f"=SUM(C{top}:C{bottom})", sheet="表")
    first, last = map(int, re.findall(r"C(\d+)", written))
    expected = sum(numbers[top - 1 : bottom])
    expected += sum(column[new] for row in shift.inserts if top <= row <= bottom for new in shift.copies(row))
    assert sum(column[row] for row in range(first, last + 1)) == expected


@given(SHIFTS, ROWS)
def test_one_cell_stays_the_cell_it_was(shift, row):
    """Also on another sheet, and with signs of fixing."""
    formulas = Formulas({"表 一": shift})
    assert formulas.shifted(f"='表 一'!$C${row}*2", sheet="别处") == f"='表 一'!$C${shift.first(row)}*2"
    assert formulas.shifted(f"=C{row}", sheet="别处") == f"=C{row}"


@given(st.integers(2, 40), st.integers(1, 9), st.integers(1, 9))
def test_a_copy_looks_at_its_own_row(row, count, copy):
    shift, number = RowShift([(row, count)]), min(copy, count)
    written = Formulas({"表": shift}).shifted(f"=A{row}*B{row}-$D$1", sheet="表", row=row, copy=number)
    assert written == f"=A{row + number}*B{row + number}-$D$1"


@given(SHIFTS)
def test_what_points_at_no_row_stays_as_it_is(shift):
    formula = "=SUM(A:A)+名称*IF(表1[金额]>3,\"A5:B9\",LOG10(5))&'x'&[1]外部!A5"
    assert Formulas({"表": shift}).shifted(formula, sheet="表") == formula


@given(st.lists(st.tuples(ROWS, ROWS), min_size=1, max_size=4))
def test_nothing_changes_where_nothing_is_put_in(areas):
    formula = "=" + "+".join(f"SUM(B{a}:C{b})/B{a}" for a, b in areas)
    assert Formulas({"表": RowShift([])}).shifted(formula, sheet="表") == formula


@pytest.mark.parametrize(
    ("formula", "row", "copy", "expected"),
    [
        ("=SUM(C5)", 6, 0, "=SUM(C5:C8)"),
        ("=AVERAGE($C$5,1)", 6, 0, "=AVERAGE($C$5:$C$8,1)"),
        ("=E4+D5", 5, 2, "=E6+D7"),
        ("=SUM(D$5:D5)", 5, 1, "=SUM(D$5:D6)"),
        ("=D5/SUM(D$5:D$5)", 5, 1, "=D6/SUM(D$5:D$8)"),
        ("=D5/D$6", 5, 1, "=D6/D$9"),
        ("=SUM(B5:D5)", 5, 3, "=SUM(B8:D8)"),
        ("=E5-1", 6, 0, "=E8-1"),
        ("=C5:INDEX(C1:C9,2)", 9, 0, "=C5:INDEX(C1:C12,2)"),
        ("=SUM(5:6)", 9, 0, "=SUM(5:9)"),
    ],
)
def test_forms_as_people_write_them(formula, row, copy, expected):
    """Row 5 is repeated three times more: sums of one row, running totals, shares of the total, the balance below."""
    formulas = Formulas({"表": RowShift([(5, 3)])})
    assert formulas.shifted(formula, sheet="表", row=row, copy=copy) == expected


def test_a_print_area_of_several_parts():
    formulas = Formulas({"表": RowShift([(5, 3)])})
    assert formulas.shifted_reference("'表'!$A$1:$F$5,'表'!$A$9:$F$9", sheet="") == (
        "'表'!$A$1:$F$8,'表'!$A$12:$F$12"
    )
