"""What openpyxl does not write back of a workbook, by name and sheet, so that nobody finds out after sending it in."""

import html
import re
import zipfile

_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*\bname="([^"]*)"[^>]*\br:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
#: What to look for in a sheet's own part.
_IN_SHEET = (
    ("x14:dataValidation", "引用其他工作表的下拉选项"),
    ("x14:conditionalFormatting", "新式条件格式（数据条、图标等）"),
    ("x14:sparkline", "迷你图"),
    ("<legacyDrawingHF", "页眉页脚中的图片"),
    ("<picture ", "工作表背景图片"),
    ("<controls", "按钮、复选框等控件"),
    ("x14:slicer", "切片器"),
)
#: What to look for in what it draws.
_IN_DRAWING = (
    (re.compile(rb"<xdr:sp[ >]|<xdr:cxnSp[ >]|<xdr:grpSp[ >]"), "文本框和图形"),
    (re.compile(rb"<dgm:relIds|<cdr:"), "SmartArt 图形"),
)


def losses_of(path: str) -> list[str]:
    """Sentences such as “《汇总表》中的文本框和图形”."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        found = [
            f"《{sheet}》中的{what}"
            for sheet, part in _sheets(archive)
            for what in _of_sheet(archive, part, names)
        ]
        if any(name.lower().endswith((".emf", ".wmf", ".svg")) for name in names):
            found.append("EMF、WMF、SVG 格式的图片")
        if any(name.startswith("xl/threadedComments/") for name in names):
            found.append("会话式批注（普通批注保留）")
        if any(name.startswith("xl/charts/") for name in names):
            found.append("图表的部分样式（图表本身保留）")
    return found[:30]


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    relations = {part["Id"]: part["Target"] for part in _relations(archive, "xl/_rels/workbook.xml.rels")}
    book = archive.read("xl/workbook.xml").decode(errors="replace")
    return [
        (html.unescape(name), _joined("xl", relations.get(key, ""))) for name, key in _SHEET.findall(book)
    ]


def _relations(archive: zipfile.ZipFile, part: str) -> list[dict]:
    try:
        text = archive.read(part).decode(errors="replace")
    except KeyError:
        return []
    found = [dict(_ATTRIBUTE.findall(relation)) for relation in _RELATION.findall(text)]
    return [relation for relation in found if "Id" in relation and "Target" in relation]


def _joined(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    parts = folder.split("/")
    for piece in target.split("/"):
        parts = parts[:-1] if piece == ".." else [*parts, piece]
    return "/".join(parts)


def _of_sheet(archive: zipfile.ZipFile, part: str, names: set[str]) -> list[str]:
    if part not in names:
        return []
    folder, _, name = part.rpartition("/")
    text = archive.read(part).decode(errors="replace")
    found = [what for sign, what in _IN_SHEET if sign in text]
    for relation in _relations(archive, f"{folder}/_rels/{name}.rels"):
        target = _joined(folder, relation["Target"])
        if relation.get("Type", "").endswith("/drawing") and target in names:
            drawn = archive.read(target)
            found += [what for sign, what in _IN_DRAWING if sign.search(drawn)]
    return found
