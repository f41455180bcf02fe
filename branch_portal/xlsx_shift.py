"""What becomes of references when rows are put into a sheet: formulas, merges and print areas of a foreign workbook stay true.

A repeated row is one row of a blank form that is written once for each row of data: copies of it are put in right below it.
Whatever pointed at a row below points lower; a range that ends on the repeated row ends on its last copy; the copies of a
formula look at their own row, as they do when somebody copies it down by hand. No workbook is opened here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl.formula.tokenizer import Token, Tokenizer

#: One cell alone in these is a sum over a column of one row; it grows with the row.
_AGGREGATES = {"SUM", "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "SUBTOTAL", "SUMPRODUCT"}
_SHEET = r"(?:(?:'(?:[^']|'')+'|[^'!:\[\]]+)!)?"
_REFERENCE = re.compile(
    rf"^(?P<sheet>{_SHEET})(?P<column>\$?[A-Za-z]{{1,3}})?(?P<fixed>\$?)(?P<row>[1-9]\d{{0,6}})"
    rf"(?P<colon>:{_SHEET})?(?P<to_column>\$?[A-Za-z]{{1,3}})?(?P<to_fixed>\$?)(?P<to_row>[1-9]\d{{0,6}})?$"
)
#: One end of a range whose other end is worked out: `C5:INDEX(` and `:C5`.
_HALF = re.compile(
    r"^(?P<colon>:?)(?P<column>\$?[A-Za-z]{1,3})(?P<fixed>\$?)(?P<row>[1-9]\d{0,6})(?P<rest>(?::[A-Za-z_.]+\()?)$"
)


class RowShift:
    """Rows put into one sheet: `inserts` are (row, how many copies of it follow it), rows counted from 1 as they were."""

    def __init__(self, inserts: Iterable[tuple[int, int]]) -> None:
        self.inserts = {row: count for row, count in inserts if count > 0}
        self._in_order = sorted(self.inserts.items())

    def __bool__(self) -> bool:
        return bool(self.inserts)

    def first(self, row: int) -> int:
        """Where a row is now."""
        return row + sum(count for at, count in self._in_order if at < row)

    def last(self, row: int) -> int:
        """Where its last copy is; the row itself where it has none."""
        return self.first(row) + self.inserts.get(row, 0)

    def span(self, top: int, bottom: int) -> tuple[int, int]:
        """Rows from top to bottom, copies included."""
        return self.first(top), self.last(bottom)

    def copies(self, row: int) -> range:
        return range(self.first(row) + 1, self.last(row) + 1)


_UNMOVED = RowShift(())


@dataclass(frozen=True)
class _Home:
    """Where the formula stands: its sheet, its row before the shift (0 for none), which copy of that row it is."""

    sheet: str
    row: int = 0
    copy: int = 0


class Formulas:
    """Rewrites the formulas of a workbook into which rows are put. `shifts` by the sheets' names."""

    def __init__(self, shifts: Mapping[str, RowShift]) -> None:
        self._shifts = {name.casefold(): shift for name, shift in shifts.items()}

    def shifted(self, formula: str, *, sheet: str, row: int = 0, copy: int = 0) -> str:
        """The formula (with its "=") of a cell that stood in `row` of `sheet`; `copy` counts the copies of that row from 1.

        Without a row it is one of a name, a chart or a print area: nothing in it moves along.
        """
        if not formula.startswith("="):
            return formula
        home = _Home(sheet, row, copy)
        tokens = Tokenizer(formula).items
        functions: list[str] = []
        written = ["="]
        for index, token in enumerate(tokens):
            if token.subtype == Token.OPEN:
                functions.append(token.value.rsplit(":", 1)[-1].rstrip("(").upper())
            elif token.subtype == Token.CLOSE and functions:
                functions.pop()
            summed = bool(functions) and functions[-1] in _AGGREGATES and _is_whole_argument(tokens, index)
            written.append(self._token(token, home, summed=summed))
        return "".join(written)

    def shifted_reference(self, reference: str, *, sheet: str) -> str:
        """A plain reference or several, as print areas, filters and charts have them (`'表'!$A$1:$F$9`)."""
        return self.shifted(f"={reference}", sheet=sheet)[1:]

    def _token(self, token: Token, home: _Home, *, summed: bool) -> str:
        is_range = token.type == Token.OPERAND and token.subtype == Token.RANGE
        if is_range and (found := _REFERENCE.match(token.value)):
            return self._reference(found, home, summed=summed)
        if found := _HALF.match(token.value):
            shift = self._shifts.get(home.sheet.casefold(), _UNMOVED)
            row = _moved(shift, home, int(found["row"]), found["fixed"], end=bool(found["colon"]))
            return f"{found['colon']}{found['column']}{found['fixed']}{row}{found['rest']}"
        return token.value

    def _reference(self, found: re.Match, home: _Home, *, summed: bool) -> str:
        name = found["sheet"].rstrip("!")
        sheet = name[1:-1].replace("''", "'") if name.startswith("'") else name
        if sheet and sheet.casefold() != home.sheet.casefold():
            home = replace(home, row=0)
        shift = self._shifts.get((sheet or home.sheet).casefold(), _UNMOVED)
        row, fixed = int(found["row"]), found["fixed"]
        # One cell of the row above is the running total, or the balance: it is read from the last copy.
        above = not found["colon"] and not fixed and row == home.row - 1
        begin = f"{found['sheet']}{found['column'] or ''}{fixed}{_moved(shift, home, row, fixed, end=above)}"
        if found["to_row"]:
            to_row, to_fixed = int(found["to_row"]), found["to_fixed"]
            to = _moved(shift, home, to_row, to_fixed, end=True)
            return f"{begin}{found['colon']}{found['to_column'] or ''}{to_fixed}{to}"
        if found["colon"] or not found["column"]:
            return found[0]  # half of a range by columns, or a number: no row in it
        if summed and row in shift.inserts and not _follows(shift, home, row, fixed):
            column = f"{found['column']}{fixed}"
            return f"{found['sheet']}{column}{shift.first(row)}:{column}{shift.last(row)}"
        return begin


def _follows(shift: RowShift, home: _Home, row: int, fixed: str) -> bool:
    """Whether the reference moves along with the copies of its formula's row: to the row itself, or to the one above."""
    if fixed or home.row not in shift.inserts:
        return False
    return row == home.row or (home.copy > 0 and row == home.row - 1)


def _moved(shift: RowShift, home: _Home, row: int, fixed: str, *, end: bool) -> int:
    if _follows(shift, home, row, fixed):
        return (shift.first(row) if row == home.row else shift.last(row)) + home.copy
    return shift.last(row) if end else shift.first(row)


def _is_whole_argument(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token is a function's argument by itself."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        before is not None
        and after is not None
        and (before.subtype == Token.OPEN or before.type == Token.SEP)
        and (after.subtype == Token.CLOSE or after.type == Token.SEP)
    )
