"""选举: setting one up, counting it, voting again, and its papers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.ballots import VoteRefused
from activities.actions.elections import (
    OFFICES_BY_MEETING,
    further_ballot,
    record_election,
    reduce_seats,
    store_election,
)
from activities.actions.records import NotEditable
from activities.forms.elections import (
    ElectionCountForm,
    ElectionForm,
    ReduceSeatsForm,
    count_initial,
    election_initial,
)
from activities.models import Ballot, Elector
from activities.queries.ballots import visible_ballots
from activities.queries.electors import roll_voters, rule_on, stored_adjustments, usual_adjustments
from activities.queries.records import people_of
from activities.rules.elections import OFFICE_LABELS, OUTCOME_LABELS, TIE
from activities.rules.strokes import unknown_surnames
from activities.rules.vote_kinds import ELECTION, passing_words
from activities.views.vote_access import (
    CLOSED,
    ballot_url,
    carried_out,
    crumbs,
    is_closed,
    record_url,
    votable_ballot,
    votable_record,
)

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@_FORM_METHODS
def new_election(request, uid):
    """选举: office, seats, candidates and who watches."""
    record = votable_record(request, uid)
    if is_closed(request, record):
        return redirect(record_url(record))
    people = roll_voters(record)
    form = ElectionForm(
        request.POST or None,
        user=request.user,
        people=people,
        rule=rule_on(record.on_date),
        day=record.on_date,
        offices=OFFICES_BY_MEETING[record.kind],
        adjustments=usual_adjustments(record, people),
    )
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: ballot_url(_store(request, record, form)))
        if url:
            messages.success(request, "选举已登记，可以打印选票；投票结束后填写计票结果。")
            return redirect(url)
    return _form_page(request, form, record, "添加选举")


@_FORM_METHODS
def edit_election(request, uid):
    """Before it is counted: candidates, who watches, who is counted."""
    ballot = votable_ballot(request, uid)
    if not ballot.is_election:
        return redirect("activities:vote-edit", ballot.uid)
    record = ballot.record
    if is_closed(request, record) or ballot.state != Ballot.State.OPEN:
        return redirect(ballot_url(ballot))
    form = _edit_form(request, ballot)
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: ballot_url(_store(request, record, form, ballot)))
        if url:
            messages.success(request, "选举已按最新的到会情况更新。")
            return redirect(url)
    return _form_page(request, form, record, "修改选举", ballot)


@_FORM_METHODS
def count(request, uid):
    """计票: papers, votes of each candidate, others written in."""
    ballot = votable_ballot(request, uid)
    closed = is_closed(request, ballot.record)
    if closed or not ballot.is_election or ballot.state == Ballot.State.WITHDRAWN:
        return redirect(ballot_url(ballot))
    rows = list(ballot.candidates.all())
    nominated = [row for row in rows if not row.write_in]
    form = ElectionCountForm(
        request.POST or None, user=request.user, nominated=nominated, initial=count_initial(ballot, rows)
    )
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: ballot_url(_record(request, ballot, form)))
        if url:
            messages.success(request, "计票结果已保存。")
            return redirect(url)
    context = {
        "page_title": "计票",
        "breadcrumbs": crumbs(ballot.record, (ballot.title, ballot_url(ballot)), ("计票", None)),
        "ballot": ballot,
        "form": form,
        "passing": passing_words(ELECTION, ballot.rule_terms),
    }
    return render(request, "activities/election_count.html", context)


@require_POST
def further(request, uid):
    """再次投票."""
    ballot = votable_ballot(request, uid)
    try:
        again = further_ballot(by=request.user, ballot=ballot)
    except VoteRefused as refused:
        for problem in refused.problems:
            messages.error(request, problem)
        return redirect(ballot_url(ballot))
    except NotEditable:
        messages.error(request, CLOSED)
        return redirect(ballot_url(ballot))
    messages.success(request, "已建立再次投票，候选人和名额按上一次的结果列出。")
    return redirect(ballot_url(again))


@_FORM_METHODS
def reduce(request, uid):
    """减少名额."""
    ballot = votable_ballot(request, uid)
    if is_closed(request, ballot.record) or not ballot.is_election:
        return redirect(ballot_url(ballot))
    form = ReduceSeatsForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: _reduce(request, ballot, form.cleaned_data["agreeing"]))
        if url:
            messages.success(request, "已减少名额，不再另行选举。")
            return redirect(url)
    context = {
        "page_title": "减少名额",
        "breadcrumbs": crumbs(ballot.record, (ballot.title, ballot_url(ballot)), ("减少名额", None)),
        "lead": f"应选 {ballot.seats} 名，还差 {ballot.seats_left} 名。当选人数接近应选名额、半数以上选举人同意的，可以减少名额，不再选举；"
        f"应到会选举人 {ballot.expected_voting} 人。",
        "form": form,
        "submit": "减少名额",
        "back_url": ballot_url(ballot),
    }
    return render(request, "activities/reason_form.html", context)


@require_safe
def sheet(request, uid):
    """选举结果报告单, A4."""
    ballot = get_object_or_404(visible_ballots(request.user), uid=uid, kind=ELECTION)
    return render(request, "activities/election_sheet.html", _paper(ballot, "选举结果报告单"))


@require_safe
def paper(request, uid):
    """选票, A4."""
    ballot = votable_ballot(request, uid)
    if not ballot.is_election:
        return redirect(ballot_url(ballot))
    return render(request, "activities/election_paper.html", _paper(ballot, "选票"))


def _store(request, record, form: ElectionForm, ballot: Ballot | None = None) -> Ballot:
    return store_election(
        by=request.user,
        record=record,
        facts=form.facts,
        adjustments=form.adjustments,
        ballot=ballot,
        version=form.cleaned_data["version"] if ballot is not None else None,
    )


def _record(request, ballot: Ballot, form: ElectionCountForm) -> Ballot:
    return record_election(
        by=request.user,
        ballot=ballot,
        papers=form.papers,
        votes=form.votes,
        write_ins=form.cleaned_data["write_ins"],
        version=form.cleaned_data["version"],
    )


def _reduce(request, ballot: Ballot, agreeing: int) -> str:
    return ballot_url(reduce_seats(by=request.user, ballot=ballot, agreeing=agreeing))


def _edit_form(request, ballot: Ballot) -> ElectionForm:
    people = roll_voters(ballot.record)
    uids = {person.member_id: person.uid for person in people}
    duties: dict[str, list[str]] = {"scrutineers": [], "tellers": []}
    for row in ballot.electors.exclude(duty=""):
        name = "scrutineers" if row.duty == Elector.Duty.SCRUTINEER else "tellers"
        duties[name].append(uids.get(row.member_id, ""))
    return ElectionForm(
        request.POST or None,
        user=request.user,
        people=people,
        rule=rule_on(ballot.record.on_date),
        day=ballot.record.on_date,
        offices=OFFICES_BY_MEETING[ballot.record.kind],
        among_tied=ballot.previous is not None and ballot.previous.outcome == TIE,
        adjustments=stored_adjustments(ballot),
        initial=election_initial(ballot, duties, list(ballot.candidates.all()), uids),
    )


def _form_page(request, form: ElectionForm, record, title: str, ballot: Ballot | None = None):
    context = {
        "page_title": title,
        "breadcrumbs": crumbs(record, (title, None)),
        "record": record,
        "ballot": ballot,
        "form": form,
        "back_url": ballot_url(ballot) if ballot else record_url(record),
    }
    return render(request, "activities/election_form.html", context)


def _paper(ballot: Ballot, title: str) -> dict:
    rows = list(ballot.candidates.all())
    duties: dict[str, list[str]] = {"scrutineer": [], "teller": []}
    for row in ballot.electors.exclude(duty=""):
        duties[row.duty].append(row.name)
    share = ballot.record.share
    return {
        "page_title": title,
        "ballot": ballot,
        "gathering": share.gathering,
        "office": OFFICE_LABELS[ballot.office],
        "nominated": [row for row in rows if not row.write_in],
        "write_ins": [row for row in rows if row.write_in],
        "elected": [row.name for row in sorted(rows, key=lambda row: row.place or 0) if row.elected],
        "scrutineers": duties["scrutineer"],
        "tellers": duties["teller"],
        "chair": people_of(ballot.record).get(share.chair_id, ""),
        "passing": passing_words(ELECTION, ballot.rule_terms),
        "outcome": OUTCOME_LABELS.get(ballot.outcome, "尚未计票"),
        "unknown": unknown_surnames([row.name for row in rows if not row.write_in]),
        "spare": range(ballot.seats or 0),
        "back_url": ballot_url(ballot),
    }
