"""The states of gatherings, records and amendments, and the one table of what may lead where (domain 4.5).

Actions change a state only through ``next_state``; nothing else assigns the field. After 已确认 a record's
text is changed by signed amendments (更正), never by going back to a draft; only the committee's return
reopens it.
"""

from __future__ import annotations

from dataclasses import dataclass

from branch_portal.permissions import Permission

GATHERING, RECORD, AMENDMENT = "gathering", "record", "amendment"

PLANNED, ANNOUNCED, HELD, POSTPONED, CANCELLED = "planned", "announced", "held", "postponed", "cancelled"
DRAFT, RECORDED, CONFIRMED, RETURNED, ARCHIVED = "draft", "recorded", "confirmed", "returned", "archived"
PROPOSED, SIGNED, WITHDRAWN = "proposed", "signed", "withdrawn"

STATE_LABELS: dict[str, dict[str, str]] = {
    GATHERING: {
        PLANNED: "已计划",
        ANNOUNCED: "已通知",
        HELD: "已召开",
        POSTPONED: "已延期",
        CANCELLED: "已取消",
    },
    RECORD: {
        DRAFT: "草稿",
        RECORDED: "已记录（待确认）",
        CONFIRMED: "已确认",
        RETURNED: "退回修改",
        ARCHIVED: "已归档",
    },
    AMENDMENT: {PROPOSED: "待签署", SIGNED: "已签署", WITHDRAWN: "已撤回"},
}

#: Records in these states count for cadence and hours, 待确认 until confirmed. A returned one counts too: the
#: gathering was held, only its text is being mended.
COUNTING = frozenset({RECORDED, CONFIRMED, RETURNED, ARCHIVED})
CONFIRMED_STATES = frozenset({CONFIRMED, ARCHIVED})
#: States in which roll and text may be edited in place; every edit before confirmation writes reversal rows.
EDITABLE = frozenset({DRAFT, RECORDED, RETURNED})


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step: the action's key and Chinese name, the permission it takes, whether a reason is
    owed."""

    subject: str
    action: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
    needs_reason: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition(GATHERING, "announce", "发出通知", (PLANNED, POSTPONED), ANNOUNCED, Permission.LOG_GATHERINGS),
    Transition(GATHERING, "reschedule", "重新排期", (POSTPONED,), PLANNED, Permission.LOG_GATHERINGS),
    # A plan that nobody has been told of is moved and worded at will.
    Transition(GATHERING, "replan", "修改计划", (PLANNED,), PLANNED, Permission.LOG_GATHERINGS),
    # Logging afterwards goes straight from the plan: no notice has to be invented for what was held
    # without one.
    Transition(
        GATHERING, "hold", "登记召开", (PLANNED, ANNOUNCED, POSTPONED), HELD, Permission.LOG_GATHERINGS
    ),
    Transition(
        GATHERING, "postpone", "延期", (PLANNED, ANNOUNCED), POSTPONED, Permission.LOG_GATHERINGS, True
    ),
    Transition(
        GATHERING,
        "cancel",
        "取消",
        (PLANNED, ANNOUNCED, POSTPONED),
        CANCELLED,
        Permission.LOG_GATHERINGS,
        True,
    ),
    Transition(RECORD, "record", "保存记录", (DRAFT,), RECORDED, Permission.LOG_GATHERINGS),
    Transition(RECORD, "revise", "修改记录", (RECORDED,), RECORDED, Permission.LOG_GATHERINGS),
    Transition(RECORD, "resubmit", "重新提交", (RETURNED,), RECORDED, Permission.LOG_GATHERINGS),
    Transition(RECORD, "confirm", "确认", (RECORDED,), CONFIRMED, Permission.CONFIRM_RECORDS),
    Transition(
        RECORD, "return", "退回修改", (RECORDED, CONFIRMED), RETURNED, Permission.RETURN_RECORDS, True
    ),
    Transition(RECORD, "archive", "归档", (CONFIRMED,), ARCHIVED, Permission.CONFIRM_RECORDS),
    Transition(AMENDMENT, "sign", "签署更正", (PROPOSED,), SIGNED, Permission.CONFIRM_RECORDS),
    Transition(AMENDMENT, "withdraw", "撤回更正", (PROPOSED,), WITHDRAWN, Permission.LOG_GATHERINGS),
)


class TransitionError(ValueError):
    """A step that the table does not hold, or that lacks its reason; the message is Chinese."""


def next_state(subject: str, state: str, action: str, *, reason: str = "") -> Transition:
    """The transition that ``action`` makes from ``state``; its ``target`` is the new state.

    Raises TransitionError when the step is not allowed or lacks a reason, and KeyError for a misspelt
    subject, state or action, which is a programming error.
    """
    transition = get_transition(subject, action)
    label = STATE_LABELS[subject][state]
    if state not in transition.sources:
        allowed = "、".join(f"“{step.label}”" for step in steps_from(subject, state))
        hint = f"可以{allowed}" if allowed else "不能再变动"
        if subject == RECORD and state in CONFIRMED_STATES and action in {"record", "revise", "resubmit"}:
            hint = "内容如需改动，请用“更正”"
        raise TransitionError(f"当前为“{label}”，不能“{transition.label}”；{hint}。")
    if transition.needs_reason and not reason.strip():
        raise TransitionError(f"“{transition.label}”需要填写原因。")
    return transition


def get_transition(subject: str, action: str) -> Transition:
    """The table's row of an action."""
    for transition in TRANSITIONS:
        if transition.subject == subject and transition.action == action:
            return transition
    raise KeyError(f"no action {action!r} for a {subject}")


def steps_from(subject: str, state: str) -> list[Transition]:
    """What may follow a state, in the table's order; the caller drops what the user has no permission for."""
    return [step for step in TRANSITIONS if step.subject == subject and state in step.sources]
