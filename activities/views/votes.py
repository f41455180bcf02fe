"""表决: the votes of a record, adding one on one page, one vote with its numbers, withdrawing it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.ballots import store_vote, withdraw_ballot
from activities.forms.votes import VoteForm, WithdrawBallotForm, vote_initial
from activities.models import Ballot
from activities.panels_votes import votes_panel
from activities.queries.ballots import advice_on, visible_ballots
from activities.queries.electors import outdated, roll_voters, rule_on, stored_adjustments, usual_adjustments
from activities.queries.records import visible_record
from activities.rules.states import EDITABLE
from activities.rules.vote_kinds import KINDS_BY_MEETING
from activities.views.ballot_page import (
    candidate_table,
    facts_of,
    outcome_state,
    outcome_stats,
    people_of_ballot,
)
from activities.views.vote_access import (
    ballot_url,
    carried_out,
    crumbs,
    is_closed,
    may_run,
    record_url,
    votable_ballot,
    votable_record,
)
from branch_portal.permissions import Permission

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def votes(request, uid):
    """All votes of one record."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    panel = votes_panel(request, record)
    if panel is None:
        raise Http404
    context = {
        "page_title": "表决和选举",
        "breadcrumbs": [*crumbs(record)[:-1], ("表决和选举", None)],
        "record": record,
        "panel": panel.context,
    }
    return render(request, "activities/votes.html", context)


@_FORM_METHODS
def new_vote(request, uid):
    """添加表决: kind, matter and numbers on one page."""
    record = votable_record(request, uid)
    if is_closed(request, record):
        return redirect(record_url(record))
    people = roll_voters(record)
    form = VoteForm(
        request.POST or None,
        user=request.user,
        people=people,
        rule=rule_on(record.on_date),
        day=record.on_date,
        kinds=KINDS_BY_MEETING[record.kind],
        adjustments=usual_adjustments(record, people),
    )
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: ballot_url(_store(request, record, form)))
        if url:
            messages.success(request, "表决结果已保存，决议文字可以复制到会议记录。")
            return redirect(url)
    return _form_page(request, form, record, "添加表决")


@_FORM_METHODS
def edit_vote(request, uid):
    """修改表决: the roll and the rights are read anew."""
    ballot = votable_ballot(request, uid)
    record = ballot.record
    if ballot.is_election:
        return redirect("activities:election-edit", ballot.uid)
    if is_closed(request, record) or ballot.state != Ballot.State.DECIDED:
        return redirect(ballot_url(ballot))
    people = roll_voters(record)
    subject = next((person.uid for person in people if person.member_id == ballot.subject_member_id), "")
    form = VoteForm(
        request.POST or None,
        user=request.user,
        people=people,
        rule=rule_on(record.on_date),
        day=record.on_date,
        kinds=KINDS_BY_MEETING[record.kind],
        adjustments=stored_adjustments(ballot),
        initial=vote_initial(ballot, subject),
    )
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: ballot_url(_store(request, record, form, ballot)))
        if url:
            messages.success(request, "表决结果已按最新的到会情况重新计算并保存。")
            return redirect(url)
    return _form_page(request, form, record, "修改表决", ballot=ballot)


@require_safe
def ballot_page(request, uid):
    """One vote: what it was measured by and what came of it; people only for who runs votes."""
    ballot = get_object_or_404(visible_ballots(request.user), uid=uid)
    runs, record = may_run(request.user, ballot.record), ballot.record
    keeps = request.user.access.may(Permission.VIEW_ROLLS, record.branch)
    changeable = runs and record.state in EDITABLE and ballot.state != Ballot.State.WITHDRAWN
    context = {
        "page_title": ballot.title,
        "breadcrumbs": crumbs(record, (ballot.title, None)),
        "ballot": ballot,
        "record": record,
        "badge": outcome_state(ballot),
        "stats": outcome_stats(ballot),
        "facts": facts_of(ballot, all_facts=keeps),
        "candidates": ballot.is_election,
        "candidate_table": candidate_table(ballot) if ballot.is_election else None,
        "people": people_of_ballot(ballot) if runs else None,
        "advice": advice_on(ballot) if keeps else [],
        "changeable": changeable,
        "stale": changeable and ballot.pk in outdated(record),
        "further": Ballot.objects.visible_to(request.user).filter(previous=ballot).standing().first(),
    }
    return render(request, "activities/ballot.html", context)


@_FORM_METHODS
def withdraw(request, uid):
    """撤销表决: the row stays, with the reason."""
    ballot = votable_ballot(request, uid)
    if is_closed(request, ballot.record) or ballot.state == Ballot.State.WITHDRAWN:
        return redirect(ballot_url(ballot))
    form = WithdrawBallotForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        url = carried_out(form, lambda: _withdraw(request, ballot, form.cleaned_data["reason"]))
        if url:
            messages.success(request, f"已撤销：{ballot.title}。")
            return redirect(url)
    context = {
        "page_title": "撤销表决",
        "breadcrumbs": crumbs(ballot.record, (ballot.title, ballot_url(ballot)), ("撤销", None)),
        "lead": f"{ballot.title}：撤销后不再列为本次会议的结果，已填的数字和撤销原因仍然保留。",
        "form": form,
        "submit": "撤销",
        "back_url": ballot_url(ballot),
    }
    return render(request, "activities/reason_form.html", context)


def _store(request, record, form: VoteForm, ballot: Ballot | None = None) -> Ballot:
    return store_vote(
        by=request.user,
        record=record,
        facts=form.facts,
        votes=form.votes,
        adjustments=form.adjustments,
        ballot=ballot,
        version=form.cleaned_data["version"] if ballot is not None else None,
    )


def _withdraw(request, ballot: Ballot, reason: str) -> str:
    withdraw_ballot(by=request.user, ballot=ballot, reason=reason)
    return record_url(ballot.record)


def _form_page(request, form: VoteForm, record, title: str, ballot: Ballot | None = None):
    context = {
        "page_title": title,
        "breadcrumbs": crumbs(record, (title, None)),
        "record": record,
        "ballot": ballot,
        "form": form,
        "election_url": reverse("activities:election", args=[record.uid]),
        "back_url": ballot_url(ballot) if ballot else record_url(record),
    }
    return render(request, "activities/vote_form.html", context)
