"""Runs the workloads, writes `benchmarks/results.json` and prints a table."""

import json
import platform
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.scales import Scale
from benchmarks.stack import Stack

WORKLOADS = ("pages", "committee", "search", "sheets", "summaries", "peers", "memory", "row_security")


def run(stack: Stack, scale: Scale, only: set[str]) -> int:
    rows: list[Row] = []
    for name in WORKLOADS:
        workload = import_module(f"benchmarks.workloads.{name}")
        if only and not only & workload.IDS:
            continue
        print(f"· {name}", flush=True)
        rows += workload.run(stack, scale)
    rows.sort(key=lambda row: (int(row.id[1:]), row.what))
    machine = f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}"
    path = Path(__file__).with_name("results.json")
    said = {"scale": scale.name, "machine": machine, "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    return 0


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = ["| | Work | Ours | Floor | Ratio | Goal | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        met = {True: "met", False: "**not met**", None: ""}[row.met]
        lines.append(
            f"| {row.id} | {row.what} | {row.ours:.4g} {row.unit} | {row.floor:.4g} {row.unit} | {row.ratio:.3g} | {row.goal} "
            f"| {met} {row.note}|"
        )
    return "\n".join(lines)
