"""What the preview shows of a plan, as JSON: figures, the first problems and warnings, the first people. Nothing sealed."""

from dataclasses import asdict
from typing import Any

from members.imports.plan import Addition, Plan
from members.imports.rows import Problem
from members.models import Affiliation

SHOWN_PROBLEMS, SHOWN_ROWS = 200, 10


def shown_plan(plan: Plan) -> dict[str, Any]:
    """The same shape whether it is computed for the page or was kept by a worker."""
    return {
        "rows": plan.good_rows + plan.same + plan.bad_rows,
        "figures": plan.figures,
        "good_rows": plan.good_rows,
        "problems": [_shown_problem(problem) for problem in plan.problems[:SHOWN_PROBLEMS]],
        "warnings": [_shown_problem(problem) for problem in plan.warnings[:SHOWN_PROBLEMS]],
        "warning_count": len(plan.warnings),
        "new": [_shown_addition(addition) for addition in plan.new[:SHOWN_ROWS]],
        "changes": [
            {"row": change.row.number, "name": change.member.name, "shown": change.shown}
            for change in plan.changed[:SHOWN_ROWS]
        ],
        "ignored": plan.ignored,
        "other_sheets": plan.other_sheets,
        "hidden_sheets": plan.hidden_sheets,
    }


def _shown_problem(problem: Problem) -> dict[str, Any]:
    return asdict(problem) | {"sentence": problem.sentence}


def _shown_addition(addition: Addition) -> dict[str, Any]:
    values, new = addition.new.values, addition.new
    return {
        "row": addition.row.number,
        "name": values["name"],
        "branch": str(addition.branch),
        "cell": new.cell.name if new.cell else "",
        "admitted_on": f"{values['admitted_on']:%Y-%m-%d}",
        "confirmed_on": f"{values['confirmed_on']:%Y-%m-%d}" if values["confirmed_on"] else "",
        "since": f"{new.since:%Y-%m-%d}",
        "gain": Affiliation.Gain(new.gain).label,
    }
