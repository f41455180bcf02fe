"""Mutants of pages, lists, searches, files, exports and jobs: each takes one question “whose is it?” away."""

from tests.mutants.model import Mutant, answers, unscoped, walk

#: An outsider of the same committee asks for branch A's objects.
_OUT = answers("secretary_d")


def _page(id: str, file: str, old: str, routes: str, tests: tuple[str, ...] = _OUT) -> Mutant:
    return unscoped(id, file, old, tests, routes, "a page shows a foreign object by its address")


def _list(id: str, file: str, old: str, routes: str, *personas: str) -> Mutant:
    return unscoped(
        id,
        file,
        old,
        walk(*(personas or ("secretary_d",))),
        routes,
        "a list, count or choice takes foreign rows in",
    )


_TALKS = "HeartTalk.objects.visible_to(user).without_note()"

MUTANTS = (
    # --- One object ---
    _page("page-card", "members/views/cards.py", 'Member.objects.visible_to(request.user).select_related("branch", "cell"', "members:card"),
    _page("page-organization", "members/views/organizations.py", "PartyOrganization.objects.visible_to(request.user), uid=uid", "organizations:detail"),
    _page("page-file", "members/views/files.py", "MemberFile.objects.visible_to(request.user).kept().select_related", "members:file"),
    _page("page-tenure", "members/views/people.py", "PostTenure.objects.visible_to(request.user)", "members:end-tenure"),
    _page("page-term", "members/views/terms.py", "get_object_or_404(PartyOrganization.objects.visible_to(request.user)", "members:terms"),
    _page("page-commendation", "members/views/commendations.py", "Commendation.objects.visible_to(request.user)", "members:commendation"),
    _page("page-roster-export", "members/views/roster_export.py", "RosterExport.objects.visible_to(request.user)", "members:export-file"),
    _page("page-admin-export", "branch_portal/views_admin_export.py", "ListExport.objects.visible_to(request.user)", "admin:export-file", answers("staff_x")),
    _page("page-share", "activities/views/shares.py", "GatheringBranch.objects.visible_to(request.user)", "activities:gathering"),
    _page("page-record", "activities/queries/records.py", "return ActivityRecord.objects.visible_to(user).select_related(", "activities:record activities:sheet-print"),
    _page("page-ballot", "activities/queries/ballots.py", "return Ballot.objects.visible_to(user).select_related(", "activities:ballot"),
    _page("page-attachment", "activities/views/attachments.py", "Attachment.objects.visible_to(request.user)", "activities:attachment"),
    _page("page-binder", "activities/views/binders.py", 'Binder.objects.visible_to(request.user).select_related("branch"), uid', "activities:binder"),
    _page("page-dispute", "activities/views/disputes.py", "AttendanceDispute.objects.visible_to(request.user)", "activities:dispute"),
    _page("page-invitation", "activities/views/joint.py", "Invitation.objects.visible_to(request.user)", "activities:invitation"),
    _page("page-base", "activities/views/redbases.py", 'RedBase.objects.visible_to(request.user).select_related("organization"), uid', "activities:base"),
    _page("page-paper-template", "activities/views/paper_templates.py", "rows = PaperTemplate.objects.visible_to(request.user).select_related(\"organization\")\n",
          "activities:template", answers("staff_x")),
    _page("page-certificate", "learning/views/certificates.py", "StudyCertificate.objects.visible_to(request.user)", "learning:certificate*"),
    _page("page-study-question", "learning/views/questions.py", "rows = StudyQuestion.objects.visible_to(request.user).select_related(", "learning:question"),
    _page("page-submission", "learning/views/review.py", "without_sealed(StudySubmission.objects.visible_to(request.user)), uid=uid", "learning:submission"),
    _page("page-class", "learning/views/training_access.py", "TrainingClass.objects.visible_to(request.user)", "learning:training"),
    _page("page-lesson", "learning/views/lesson_reach.py", "rows = Lesson.objects.visible_to(request.user)", "learning:lesson"),
    _page("page-notice", "notices/views/notice_target.py", "found = Notice.objects.visible_to(request.user)", "notices:notice"),
    _page("page-robot", "notices/views/robots.py", "RobotAddress.objects.editable_by(request.user)", "notices:robot"),
    _page("page-receipt", "notices/views/receipts.py", "ReminderSlot.objects.editable_by(request.user)", "notices:receipt"),
    _page("page-finding", "supervision/views/findings.py", "finding_parts(Finding.objects.visible_to(request.user)), uid=uid", "supervision:finding", answers("staff_x")),
    _page("page-inspection", "supervision/views/inspections.py", "rows = Inspection.objects.visible_to(request.user).select_related(", "supervision:inspection", answers("staff_x")),
    _page("page-form", "supervision/views/fill.py", "FormTemplate.objects.visible_to(request.user).select_related(\"organization\"), uid=uid", "supervision:form-runs supervision:form", answers("staff_x")),
    _page("page-report", "supervision/views/statistics_reports.py", "rows = StatisticsReport.objects.visible_to(request.user)", "supervision:statistics-report", answers("staff_x")),
    _page("page-request-file", "supervision/views/branch_requests.py", "RequestFile.objects.visible_to(request.user)", "supervised:request-file"),
    _page("page-supervised-branch", "supervision/queries/records.py", "PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)", "supervision:branch supervision:cell", answers("staff_x")),
    # --- One's own alone ---
    Mutant(
        "own-binder", "activities/models/paper.py", "return super().visible_to(user).filter(owner_id=user.pk)", "return super().visible_to(user)",
        "a binder is its maker's, not the branch's", answers("officer_a"), "activities:binder",
    ),
    Mutant(
        "own-import", "members/models/imports.py", "return super().visible_to(user).filter(owner_id=user.pk)", "return super().visible_to(user)",
        "somebody else's upload is opened", answers("officer_a"), "members:import-preview",
    ),
    Mutant(
        "own-talks", "activities/models/talks.py", "condition |= Q(one_id=member_id) | Q(other_id=member_id)", "condition |= Q(branch_id=user.member.branch_id)",
        "a heart-to-heart talk is read by the branch", walk("member_a"), "activities:talk activities:talks",
    ),
    Mutant(
        "existence-403", "members/views/cards.py", "def member_or_404(request, uid) -> Member:\n",
        "def member_or_404(request, uid) -> Member:\n"
        "    if not Member.objects.visible_to(request.user).filter(uid=uid).exists() and Member.objects.filter(uid=uid).exists():\n"
        "        raise PermissionDenied\n",
        "a foreign card is refused, a missing one is not found", answers("secretary_d"), "members:card",
    ),
    # --- Lists, counts, choices ---
    _list("list-roster", "members/queries/roster.py", "        Member.objects.visible_to(user)\n        .filter(branch__isnull=False)\n", "members:roster members:print", "staff"),
    _list("list-transfers", "members/queries/transfers.py", "rows = AffiliationTransfer.objects.visible_to(user)", "members:transfers"),
    _list("list-delegations", "members/queries/delegations.py", "RoleGrant.objects.permitted(user, Permission.DELEGATE)", "members:delegations"),
    _list("list-attention", "members/views/flows.py", "Member.objects.permitted(request.user, Permission.VIEW_ROSTER), today", "members:attention", "secretary_a"),
    _list("list-milestones", "members/views/lists.py", "Member.objects.permitted(request.user, Permission.VIEW_ROSTER), key", "members:lists"),
    _list("list-corrections", "members/views/corrections.py", "rows = CorrectionRequest.objects.editable_by(request.user)", "members:corrections"),
    _list("list-records", "activities/queries/records.py", "        ActivityRecord.objects.visible_to(user)\n", "activities:records*"),
    _list("list-coming", "activities/queries/records.py", "        GatheringBranch.objects.visible_to(user)\n", "workbench"),
    _list("list-talks", "activities/queries/talks.py", _TALKS, "activities:talks*"),
    _list("list-bases", "activities/queries/redbases.py", "bases = RedBase.objects.visible_to(user)", "activities:bases"),
    _list("list-plans", "learning/queries/plan.py", "plans = LearningPlan.objects.visible_to(user)", "learning:plans"),
    _list("list-classes", "learning/queries/training.py", "        TrainingClass.objects.visible_to(user)\n", "learning:trainings"),
    _list("list-inbox", "notices/queries/inbox.py", "        Delivery.objects.visible_to(user)\n", "notices:inbox"),
    _list("count-inbox", "notices/queries/inbox.py", "return len(Delivery.objects.visible_to(user)", "notices:inbox"),
    _list("choice-feeds", "notices/queries/feeds.py", "PartyOrganization.objects.permitted(user, Permission.VIEW_ROLLS)", "notices:feeds"),
    _list("choice-delegates", "members/queries/delegations.py", "PartyOrganization.objects.permitted(user, Permission.DELEGATE)", "members:delegation-new"),
    _list("list-subtree", "supervision/queries/subtree.py", "found = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)", "supervision:*", "staff_x"),
    _list("list-quality", "supervision/queries/quality.py", "tree = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)", "supervision:quality", "staff_x"),
    _list("list-people-to-contact", "supervision/queries/people.py", "members = Member.objects.permitted(user, Permission.VIEW_SUPERVISION)", "supervision:contacts supervision:confirmations", "staff_x"),
    _list("list-findings", "supervision/queries/inspections.py", "found = Finding.objects.visible_to(user)", "supervision:findings", "staff_x"),
    _list("list-returns", "supervision/queries/returns.py", "ActivityRecord.objects.permitted(user, Permission.INSPECT)", "supervision:returns", "staff_x"),
    _list("list-jobs", "branch_portal/views_jobs.py", "keyset_page(Job.objects.visible_to(request.user)", "jobs:own"),
    Mutant(
        "list-accounts", "members/queries/account_list.py",
        "return User.objects.all() if scope.everything else User.objects.filter(_belongs(scope.q))", "return User.objects.all()",
        "a committee's list of accounts has everybody's", walk("staff_x"), "supervision:accounts",
    ),
    # --- Files, jobs, feeds ---
    Mutant(
        "export-chosen-anywhere", "branch_portal/actions_list_export.py",
        "        rows = listing_of(handler, request).queryset\n", "        rows = handler.model._default_manager.order_by(\"pk\")\n",
        "keys that were chosen by hand leave the scope", ("tests/branch_portal/test_admin_export.py",),
    ),
    Mutant(
        "export-mark-ignored", "branch_portal/actions_exports.py", "    if export.scope != mark:\n", "    if False:\n",
        "a file is handed out after its asker lost the right", ("tests/branch_portal/test_admin_export.py", "tests/members/test_export.py"),
    ),
    unscoped(
        "export-reach-ignored", "members/queries/asked_roster.py", "reach = PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER)",
        ("tests/members/test_export.py",), weakens="a job writes what its owner may read no more",
    ),
    unscoped(
        "export-full-of-anybody", "members/actions/exports.py", "allowed = Member.objects.permitted(by, Permission.REVEAL_PERSONAL_DATA)",
        ("tests/security/test_single_checks.py::test_nothing_sealed_is_taken_out_by_who_may_not_open_it",), weakens="sealed items are taken out without the right to open them",
    ),
    Mutant(
        "job-of-a-closed-account", "branch_portal/jobs.py", "        if not owner.is_active:\n            raise JobRefused(_CLOSED)\n", "",
        "the worker goes on for a closed account", ("tests/branch_portal/test_jobs.py::test_a_closed_account_gets_no_work_done",),
    ),
    unscoped(
        "job-cancelled-by-others", "branch_portal/jobs.py", "        Job.objects.visible_to(by)\n        .filter(pk=job.pk)\n",
        ("tests/branch_portal/test_jobs.py::test_a_job_is_cancelled_by_its_owner_and_decided_by_administrators_alone",),
        weakens="somebody else's work is cancelled",
    ),
    Mutant(
        "feed-rights-of-then", "notices/actions/feeds.py", "if not (feed.owner.is_active and may_have(feed.owner, feed.branch)):", "if False:",
        "an ex-secretary's calendar goes on", ("tests/notices/test_feeds.py::test_the_feed_of_an_ex_secretary_goes_dead",),
    ),
    Mutant(
        "feed-of-any-branch", "notices/actions/feeds.py", "    return user.access.may(Permission.VIEW_ROLLS, branch)\n", "    return True\n",
        "anybody follows any branch", ("tests/notices/test_feeds.py::test_a_branchs_address_is_for_who_keeps_or_supervises_it",),
    ),
)  # fmt: skip
