"""docs/scale.svg: what grows with the number of members, and what does not, from `benchmarks/measured/`."""

import json
import math
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.run import MEASURED
from benchmarks.scales import SCALES

TARGET = Path(__file__).parent.parent / "docs" / "scale.svg"
#: (id, what, ours or its floor, label, colour): each a row of the results; milliseconds.
CURVES = (
    ("P2", "records: wall a request", "ours", "records of a branch", "#b71c1c"),
    ("P3", "grid: first view", "ours", "grid of all branches", "#2e7d4f"),
    ("P3", "grid: first view", "floor", "the same from the records", "#2e7d4f"),
    ("P3", "study: first view", "ours", "study of all branches", "#3a6ea5"),
    ("P3", "study: first view", "floor", "the same from the rolls", "#3a6ea5"),
    ("P4", "announced, a roll of 50 beside naive saves", "ours", "saving a roll of 50", "#5b544c"),
    ("P8", "name, rare (欧阳)", "ours", "search for a name", "#7b3fa0"),
    ("P8", "minutes, staff of everything, rare (桑葚)", "ours", "rare word in all minutes", "#0f7b8a"),
    ("P13", "records beside Django's admin", "ours", "records of all branches", "#b96a00"),
    ("P13", "records beside Django's admin", "floor", "the same, Django's admin", "#b96a00"),
)
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 892, 480, 88, 220, 24, 56
_LEAST, _MOST = 1.0, 10_000.0


def draw() -> None:
    """Both axes in powers of ten. A curve has a point for each scale at which its row was measured."""
    measured = {name: _rows(name) for name in SCALES}
    members = {name: _members(name) for name in SCALES if measured[name]}
    lines = []
    ends: list[tuple[float, str, str]] = []
    for id, what, which, label, colour in CURVES:
        points = [
            (_x(members[name]), _y(measured[name][id, what, which]))
            for name in members
            if measured[name].get((id, what, which), 0) > 0
        ]
        if not points:
            continue
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashes = ' stroke-dasharray="5 4"' if which == "floor" else ""
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        ends.append((points[-1][1], label, colour))
    TARGET.write_text(_svg([*_axes(members), *lines, *_labels(ends)]), encoding="utf-8")


def _rows(scale: str) -> dict[tuple[str, str, str], float]:
    try:
        said = json.loads((MEASURED / f"{scale}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {
        (row["id"], row["what"], which): row[which] for row in said["rows"] for which in ("ours", "floor")
    }


def _members(scale: str) -> int:
    return SCALES[scale].branches * SCALES[scale].members


def _x(members: int) -> float:
    low, high = math.log10(_members("S")), math.log10(_members("L"))
    return _LEFT + (math.log10(members) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _y(milliseconds: float) -> float:
    share = math.log10(min(max(milliseconds, _LEAST), _MOST) / _LEAST) / math.log10(_MOST / _LEAST)
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _axes(members: dict[str, int]) -> list[str]:
    made = []
    for value in (1, 10, 100, 1000, 10_000):
        y = _y(value)
        made.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e3ddd4"/>')
        made.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,} ms</text>')
    for name, count in members.items():
        x = _x(count)
        made.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{name}</text>')
        made.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 38}" text-anchor="middle">{count:,} members</text>'
        )
    return made


def _labels(ends: list[tuple[float, str, str]]) -> list[str]:
    """Beside the last points, pushed apart where they would lie on each other."""
    made, below = [], float("-inf")
    for y, label, colour in sorted(ends):
        below = max(y, below + 17)
        made.append(
            f'<text x="{_WIDTH - _RIGHT + 12}" y="{below + 4:.1f}" fill="{colour}">{escape(label)}</text>'
        )
    return made


def _svg(parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
