import pytest

from activities.rules import states
from activities.rules.states import (
    AMENDMENT,
    GATHERING,
    RECORD,
    STATE_LABELS,
    TRANSITIONS,
    TransitionError,
    next_state,
)
from branch_portal.permissions import Permission

ALLOWED = {
    (GATHERING, "planned", "announce", "announced"),
    (GATHERING, "postponed", "announce", "announced"),
    (GATHERING, "postponed", "reschedule", "planned"),
    (GATHERING, "planned", "replan", "planned"),
    (GATHERING, "planned", "hold", "held"),
    (GATHERING, "announced", "hold", "held"),
    (GATHERING, "postponed", "hold", "held"),
    (GATHERING, "planned", "postpone", "postponed"),
    (GATHERING, "announced", "postpone", "postponed"),
    (GATHERING, "planned", "cancel", "cancelled"),
    (GATHERING, "announced", "cancel", "cancelled"),
    (GATHERING, "postponed", "cancel", "cancelled"),
    (RECORD, "draft", "record", "recorded"),
    (RECORD, "recorded", "revise", "recorded"),
    (RECORD, "returned", "resubmit", "recorded"),
    (RECORD, "recorded", "confirm", "confirmed"),
    (RECORD, "recorded", "return", "returned"),
    (RECORD, "confirmed", "return", "returned"),
    (RECORD, "confirmed", "archive", "archived"),
    (AMENDMENT, "proposed", "sign", "signed"),
    (AMENDMENT, "proposed", "withdraw", "withdrawn"),
}


def test_every_state_and_action_is_decided():
    found = set()
    for transition in TRANSITIONS:
        for state in STATE_LABELS[transition.subject]:
            try:
                step = next_state(transition.subject, state, transition.action, reason="天气")
            except TransitionError:
                continue
            found.add((transition.subject, state, transition.action, step.target))
    assert found == ALLOWED


def test_confirmed_text_is_changed_by_amendment_only():
    with pytest.raises(TransitionError) as error:
        next_state(RECORD, "confirmed", "revise")
    assert str(error.value) == "当前为“已确认”，不能“修改记录”；内容如需改动，请用“更正”。"


def test_refusal_names_what_is_possible():
    with pytest.raises(TransitionError) as error:
        next_state(RECORD, "draft", "confirm")
    assert str(error.value) == "当前为“草稿”，不能“确认”；可以“保存记录”。"
    with pytest.raises(TransitionError) as error:
        next_state(GATHERING, "cancelled", "hold")
    assert str(error.value) == "当前为“已取消”，不能“登记召开”；不能再变动。"


@pytest.mark.parametrize("action", ["postpone", "cancel"])
@pytest.mark.parametrize("reason", ["", " \u3000"])
def test_postponing_and_cancelling_owe_a_reason(action, reason):
    with pytest.raises(TransitionError, match="需要填写原因"):
        next_state(GATHERING, "planned", action, reason=reason)


def test_who_may():
    assert {step.action: step.permission for step in TRANSITIONS if step.subject == RECORD} == {
        "record": Permission.LOG_GATHERINGS,
        "revise": Permission.LOG_GATHERINGS,
        "resubmit": Permission.LOG_GATHERINGS,
        "confirm": Permission.CONFIRM_RECORDS,
        "return": Permission.RETURN_RECORDS,
        "archive": Permission.CONFIRM_RECORDS,
    }


def test_misspelt_keys_are_programming_errors():
    with pytest.raises(KeyError, match="konfirm"):
        next_state(RECORD, "recorded", "konfirm")
    with pytest.raises(KeyError):
        next_state(RECORD, "nowhere", "confirm")


def test_targets_and_sources_are_known_states():
    for step in TRANSITIONS:
        assert {*step.sources, step.target} <= set(STATE_LABELS[step.subject])


def test_counting_states():
    assert sorted(states.COUNTING) == ["archived", "confirmed", "recorded", "returned"]
    assert sorted(states.CONFIRMED_STATES) == ["archived", "confirmed"]
    assert sorted(states.EDITABLE) == ["draft", "recorded", "returned"]
