"""Puts copies of repeated rows into an openpyxl workbook and moves with them whatever points at rows."""

from collections.abc import Iterable
from copy import copy

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.chart.series import Series, XYSeries
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet

from branch_portal.xlsx_shift import Formulas, RowShift

MAX_ROW = 1_048_576


def is_formula(cell) -> bool:
    return cell.data_type == "f"


def insert_copies(book: Workbook, blocks: Iterable[dict]) -> dict[str, RowShift]:
    """Make room for each block: its `row` is repeated for the values that exceed the `spare` rows. Sheet → its shift."""
    wanted: dict[str, dict[int, int]] = {sheet.title: {} for sheet in book.worksheets}
    for block in blocks:
        count = max((len(column["values"]) for column in block["columns"]), default=0) - max(
            block["spare"], 1
        )
        rows = wanted[block["sheet"]]
        rows[block["row"]] = max(rows.get(block["row"], 0), count)
    shifts = {name: RowShift(rows.items()) for name, rows in wanted.items()}
    if any(shifts.values()):
        formulas = Formulas(shifts)
        for sheet in book.worksheets:
            _Mover(sheet, shifts[sheet.title], formulas).move()
        _names(book, formulas)
    return shifts


class _Mover:
    """One sheet: its cells, rows and everything that is said of ranges of them."""

    def __init__(self, sheet: Worksheet, shift: RowShift, formulas: Formulas) -> None:
        self.sheet, self.shift, self.formulas = sheet, shift, formulas

    def move(self) -> None:
        self._formulas()
        self._charts()
        if self.shift:
            merges = self._merges()
            self._cells()
            self._rows()
            self._cover(merges)
        self._ranges()

    def _formula(self, text: str, row: int = 0, number: int = 0) -> str:
        return self.formulas.shifted(text, sheet=self.sheet.title, row=row, copy=number)

    def _reference(self, text: str) -> str:
        return self.formulas.shifted_reference(text, sheet=self.sheet.title)

    def _formulas(self) -> None:
        """Formulas where they stand; their copies are written with the copied rows, from the text as it was."""
        self.as_written: dict[tuple[int, int], str] = {}
        for (row, column), cell in self.sheet._cells.items():
            if not is_formula(cell):
                continue
            if isinstance(cell.value, ArrayFormula):
                cell.value.text = self._formula(cell.value.text or "", row)
                cell.value.ref = self._area(cell.value.ref)
            elif isinstance(cell.value, DataTableFormula):
                cell.value.ref = self._area(cell.value.ref)
            else:
                self.as_written[row, column] = cell.value
                cell.value = self._formula(cell.value, row)

    def _area(self, reference: str) -> str:
        left, top, right, bottom = range_boundaries(reference)
        if top is None:
            return reference
        top, bottom = self.shift.span(top, bottom)
        return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{min(bottom, MAX_ROW)}"

    def _merges(self) -> list[str]:
        """Merged areas in their new places; one within a repeated row is there once for each copy."""
        found = []
        for merged in self.sheet.merged_cells.ranges:
            left, top, right, bottom = merged.bounds
            if top == bottom and top in self.shift.inserts:
                rows = [(row, row) for row in (self.shift.first(top), *self.shift.copies(top))]
            else:
                rows = [self.shift.span(top, bottom)]
            found += [f"{get_column_letter(left)}{a}:{get_column_letter(right)}{b}" for a, b in rows]
        return found

    def _cells(self) -> None:
        moved = {}
        for (row, column), cell in self.sheet._cells.items():
            cell.row = self.shift.first(row)
            moved[cell.row, column] = cell
            for number, new_row in enumerate(self.shift.copies(row), start=1):
                moved[new_row, column] = self._copied(cell, row, column, new_row, number)
        self.sheet._cells = moved

    def _copied(self, cell, row: int, column: int, new_row: int, number: int):
        if isinstance(cell, MergedCell):
            made = MergedCell(self.sheet, new_row, column)
        else:
            made = Cell(self.sheet, row=new_row, column=column)
            if (row, column) in self.as_written:
                made.value = self._formula(self.as_written[row, column], row, number)
            elif not is_formula(cell):
                made._value, made.data_type = copy(cell._value), cell.data_type
        made._style = copy(cell._style)
        return made

    def _rows(self) -> None:
        """Heights, and rows that are hidden or grouped."""
        moved = {}
        for row, dimension in list(self.sheet.row_dimensions.items()):
            dimension.index = self.shift.first(row)
            moved[dimension.index] = dimension
            for new_row in self.shift.copies(row):
                moved[new_row] = RowDimension(
                    self.sheet,
                    index=new_row,
                    ht=dimension.ht,
                    hidden=dimension.hidden,
                    outlineLevel=dimension.outlineLevel,
                    collapsed=dimension.collapsed,
                )
                moved[new_row]._style = copy(dimension._style)
        self.sheet.row_dimensions.clear()
        self.sheet.row_dimensions.update(moved)

    def _cover(self, merges: list[str]) -> None:
        """What a merged area covers has no value of its own, and keeps its border."""
        self.sheet.merged_cells = MultiCellRange()
        for coordinates in merges:
            area = MergedCellRange(self.sheet, coordinates)
            self.sheet.merged_cells.add(area)
            left, top, right, bottom = area.bounds
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    cell = self.sheet._cells.get((row, column))
                    if (row, column) != (top, left) and isinstance(cell, Cell):
                        covered = MergedCell(self.sheet, row, column)
                        covered._style = copy(cell._style)
                        self.sheet._cells[row, column] = covered

    def _ranges(self) -> None:
        """Ranges that are said apart from the cells: conditions, validations, filters, panes, print areas, pictures."""
        sheet = self.sheet
        self._conditions()
        for validation in sheet.data_validations.dataValidation:
            validation.sqref = self._areas(validation.sqref)
            for name in ("formula1", "formula2"):
                if text := getattr(validation, name):
                    setattr(validation, name, self._formula(f"={text}")[1:])
        if sheet.auto_filter.ref:
            sheet.auto_filter.ref = self._area(sheet.auto_filter.ref)
        for table in sheet.tables.values():
            table.ref = self._area(table.ref)
            if table.autoFilter is not None:
                table.autoFilter.ref = self._area(table.autoFilter.ref)
        for link in sheet._hyperlinks:
            if link.ref:
                link.ref = self._area(link.ref).split(":")[0]
        for row_break in sheet.row_breaks.brk:
            row_break.id = self.shift.last(row_break.id)
        if sheet.print_area:
            sheet.print_area = self._reference(sheet.print_area)
        if sheet.print_title_rows:
            sheet.print_title_rows = self._reference(sheet.print_title_rows)
        for drawing in (*sheet._images, *sheet._charts):
            for corner in (getattr(drawing.anchor, "_from", None), getattr(drawing.anchor, "to", None)):
                if corner is not None:
                    corner.row = self.shift.first(corner.row + 1) - 1

    def _areas(self, several) -> MultiCellRange:
        return MultiCellRange(" ".join(self._area(str(each)) for each in several.ranges))

    def _conditions(self) -> None:
        kept = ConditionalFormattingList()
        for condition in self.sheet.conditional_formatting:
            place = str(self._areas(condition.sqref))
            for rule in condition.rules:
                rule.formula = [self._formula(f"={text}")[1:] for text in rule.formula]
                kept.add(place, rule)
        self.sheet.conditional_formatting = kept

    def _charts(self) -> None:
        for chart in self.sheet._charts:
            for series in chart.series:
                self._series(series)

    def _series(self, series: Series | XYSeries) -> None:
        """Values grow with a repeated row, the title of a series is one cell and stays one."""
        for name in ("tx", "cat", "val", "xVal", "yVal", "bubbleSize"):
            part = getattr(series, name, None)
            for kind in ("strRef", "numRef", "multiLvlStrRef"):
                reference = getattr(part, kind, None)
                if reference is None or not reference.f:
                    continue
                if name == "tx":
                    reference.f = self._reference(reference.f)
                else:
                    reference.f = self._formula(f"=SUM({reference.f})").removeprefix("=SUM(")[:-1]


def _names(book: Workbook, formulas: Formulas) -> None:
    for names, sheet in [(book.defined_names, ""), *((s.defined_names, s.title) for s in book.worksheets)]:
        for name in names.values():
            if name.attr_text:
                name.attr_text = formulas.shifted_reference(name.attr_text, sheet=sheet)
