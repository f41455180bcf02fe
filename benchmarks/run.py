"""Runs the workloads, writes `benchmarks/results.json` and `benchmarks/measured/<scale>.json`, and prints a table."""

import json
import os
import platform
import time
import traceback
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.scales import Scale
from benchmarks.stack import DATABASE, Stack

WORKLOADS = (
    "pages", "committee", "saving", "importing", "sheets", "reminders", "search", "weight", "phone", "day", "summaries", "peers",
    "ephios", "memory", "row_security", "replica",
)  # fmt: skip
#: The last run, and the last one at each scale: that is kept with the code, and docs/scale.svg is drawn from it.
RESULTS = Path(__file__).with_name("results.json")
MEASURED = Path(__file__).with_name("measured")


def run(stack: Stack, scale: Scale, only: set[str]) -> int:
    """Every workload, or those that measure one of `only`; 1 when one of them broke off."""
    rows: list[Row] = []
    measured: set[str] = set()
    broken = []
    for name in WORKLOADS:
        workload = import_module(f"benchmarks.workloads.{name}")
        if only and not only & workload.IDS:
            continue
        begun = time.monotonic()
        try:
            rows += workload.run(stack, scale)
        except Exception:
            traceback.print_exc()
            broken.append(name)
            continue
        measured |= workload.IDS
        print(f"· {name}: {time.monotonic() - begun:.0f} s", flush=True)
    machine = _machine(stack)
    kept = _kept(scale, machine, measured) if only or broken else []
    write(scale, machine, [*rows, *kept])
    print(table(rows))
    if broken:
        print(f"broke off: {', '.join(broken)}")
    return 1 if broken else 0


def write(scale: Scale, machine: str, rows: list[Row]) -> None:
    rows.sort(key=lambda row: (row.id[0], int(row.id[1:]), row.what))
    said = {"scale": scale.name, "machine": machine, "rows": [asdict(row) for row in rows]}
    MEASURED.mkdir(exist_ok=True)
    for path in (RESULTS, MEASURED / f"{scale.name}.json"):
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _kept(scale: Scale, machine: str, measured: set[str]) -> list[Row]:
    """What an earlier run at this scale, on this machine, found out about everything else."""
    try:
        said = json.loads((MEASURED / f"{scale.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if said.get("machine") != machine:
        return []
    return [Row(**row) for row in said["rows"] if row["id"] not in measured]


def _machine(stack: Stack) -> str:
    with stack.cluster.connect(DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()},"
        f" PostgreSQL {server}"
    )


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = ["| | Work | Ours | Floor | Ratio | Goal | |", "|---|---|---|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: (row.id[0], int(row.id[1:]), row.what)):
        met = {True: "met", False: "**not met**", None: ""}[row.met]
        floor = f"{row.floor:.4g} {row.unit}" if row.floor else ""
        ratio = f"{row.ratio:.3g}" if row.ratio else ""
        notes = " ".join(part for part in (met, row.note) if part)
        lines.append(
            f"| {row.id} | {row.what} | {row.ours:.4g} {row.unit} | {floor} | {ratio} | {row.goal} | {notes} |"
        )
    return "\n".join(lines)
