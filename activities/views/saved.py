"""What a page says after a record was saved: done, and what the writer may want to look at. None of it is a judgement."""

from django.contrib import messages

from activities.forms.minutes import NAMES_LIST
from activities.forms.texts import TextsForm
from activities.models import ActivityKind, ActivityRecord
from activities.queries.minutes import lacking, minutes_of
from activities.queries.records import earlier_texts, twin_of
from activities.rules.kinds import KINDS
from activities.rules.parts import PART_LABELS, REQUIRED, use_of
from activities.rules.similarity import most_similar
from branch_portal.dates import format_date_cn

_HINTS = {
    "agenda": "一行一个议题",
    "remarks": "一人一行，不同意见也要记",
    "resolutions": "写明责任人和完成时限，未办结的会列入下次会议和工作台",
}


def parts_context(form: TextsForm) -> dict:
    """The row sets of a form as its page shows them."""
    return {
        "parts": [
            {
                "rows": rows,
                "label": PART_LABELS[part],
                "hint": _HINTS[part],
                "open": use_of(form.kind, part) == REQUIRED
                or (rows.is_bound and rows.total_form_count() > 1),
            }
            for part, rows in form.rows.sets.items()
        ],
        "names_list": NAMES_LIST,
        "people": form.people,
    }


def say_saved(request, record: ActivityRecord, sentence: str) -> None:
    """Messages after a record was saved: the counts, then what it lacks, what it resembles, what should precede it."""
    if record.state == ActivityRecord.State.DRAFT:
        messages.success(request, "已暂存为草稿，写完以后请保存记录。")
        return
    messages.success(request, f"记录已保存。{sentence}。")
    _warn_of_twin(request, record)
    minutes = minutes_of(record)
    if missing := lacking(record, minutes):
        messages.info(
            request,
            f"按规定，{KINDS[record.kind].label}的记录一般还应有：{'、'.join(missing)}。确认以前可以补充。",
        )
    _warn_of_no_prior(request, record, minutes.agenda)
    _hint_of_likeness(request, record)


def _warn_of_twin(request, record: ActivityRecord) -> None:
    """Two records of one day are allowed, and rarely meant."""
    twin = twin_of(record)
    if twin is not None:
        kind = KINDS[record.kind].label
        messages.warning(
            request,
            f"{format_date_cn(record.on_date)}另有一条{kind}记录“{twin.title}”。如是同一次活动，学时会重复计算，请核对并改正日期。",
        )


def _warn_of_no_prior(request, record: ActivityRecord, agenda) -> None:
    """Important matters are, as a rule, discussed by the branch committee first (Art. 12); not where there is none."""
    if record.kind != ActivityKind.GENERAL_MEETING or not record.branch.has_committee:
        return
    alone = [item.title for item in agenda if item.important and item.prior_id is None]
    if alone:
        messages.warning(
            request,
            f"重要事项“{alone[0]}”没有注明会前讨论它的支部委员会会议。"
            "《中国共产党支部工作条例（试行）》第十二条：党支部重要事项提交党员大会决定前，一般应当经支部委员会会议讨论。",
        )


def _hint_of_likeness(request, record: ActivityRecord) -> None:
    """Only the writer is told, and nothing is kept of it (R6)."""
    found = most_similar(record.content, earlier_texts(record))
    if found is not None:
        messages.info(
            request,
            f"内容与{found[0]}的记录几乎相同。如是照搬，请改为这一次的实际情况；这条提示只有您看得到。",
        )
