"""Mutants of what changes rows: forms' choices, bulk ticks, methods, actions that ask again."""

from tests.mutants.model import Mutant, answers, unscoped, writes

_ACCOUNTS = "members/queries/account_list.py"


def _choice(id: str, file: str, old: str, routes: str, *personas: str) -> Mutant:
    return unscoped(
        id,
        file,
        old,
        writes(*(personas or ("secretary_a",))),
        routes,
        "a form takes a foreign row that it did not offer",
    )


def _got(id: str, file: str, function: str, routes: str) -> Mutant:
    return Mutant(
        id,
        file,
        f"@require_POST\ndef {function}(",
        f"def {function}(",
        "a link writes",
        answers("secretary_a"),
        routes,
    )


MUTANTS = (
    # --- Choices ---
    unscoped("choice-new-branch", "members/queries/roster.py", "PartyOrganization.objects.permitted(user, Permission.EDIT_ROSTER)",
             writes("secretary_a"), "members:new members:transfer", "people are entered into a foreign branch"),
    _choice("choice-new-cell", "members/forms/people.py", "PartyOrganization.objects.visible_to(self.user)\n", "members:new"),
    _choice("choice-transfer-cell", "members/forms/cards.py", 'self.fields["cell"].queryset = PartyOrganization.objects.visible_to(self.user)', "members:*"),
    unscoped("choice-merge", "members/queries/organizations.py", "managed = PartyOrganization.objects.permitted(user, Permission.MANAGE_ORGANIZATIONS).branches()",
             ("tests/security/test_single_checks.py::test_a_branch_is_merged_with_those_that_one_manages",), weakens="a branch is merged with one that somebody else manages"),
    _choice("choice-parent", "members/forms/organizations.py", "PartyOrganization.objects.permitted(self.user, Permission.MANAGE_ORGANIZATIONS)", "organizations:*", "staff"),
    _choice("choice-base-keeper", "activities/queries/redbases.py", "leaves = PartyOrganization.objects.permitted(user, Permission.LOG_GATHERINGS)", "activities:base-new", "secretary_a"),
    unscoped("choice-log-for", "activities/views/target.py", "permitted = PartyOrganization.objects.permitted(user, Permission.LOG_GATHERINGS)",
             ("tests/security/test_forged_input.py::test_nothing_is_logged_for_a_foreign_branch",), weakens="a record is written for a foreign branch"),
    unscoped("choice-robot-place", "notices/queries/robots.py", "found = PartyOrganization.objects.permitted(user, Permission.MANAGE_ROBOTS)",
             writes("secretary_a"), "notices:robot-new", "a robot is set up for a foreign organisation"),
    # --- Bulk ---
    unscoped("bulk-study-decisions", "learning/views/review.py", "rows = list(without_sealed(StudySubmission.objects.editable_by(request.user).filter(uid__in=ticks)))",
             ("tests/security/test_single_checks.py::test_ticks_of_foreign_rows_decide_nothing",), weakens="ticks sent by hand decide on foreign submissions"),
    unscoped("bulk-accounts", "members/actions/account_links.py", "reach = Member.objects.permitted(by, Permission.OPEN_ACCOUNTS)",
             ("tests/security/test_single_checks.py::test_nobody_opens_accounts_of_another_committee",), weakens="accounts are opened for foreign members"),
    unscoped("bulk-mark-read", "notices/actions/inbox.py", "return Delivery.objects.editable_by(by).unread().update(",
             ("tests/security/test_single_checks.py::test_one_s_own_messages_alone_are_marked_read",), weakens="全部已阅 marks everybody's messages"),
    # --- Whose it is to change ---
    unscoped("write-leave", "activities/views/leave.py", "LeaveRequest.objects.editable_by(request.user)", answers("secretary_d"), "activities:decide-leave",
             "a foreign leave is decided"),
    unscoped("write-make-up", "activities/views/makeups.py", "MakeUp.objects.editable_by(request.user)", answers("secretary_d"), "activities:decide-make-up",
             "a foreign make-up is decided"),
    unscoped("write-feed", "notices/views/feeds.py", "    feed = get_object_or_404(CalendarFeed.objects.editable_by(request.user).open(), uid=uid)\n    revoke_feed(",
             answers("officer_a"), "notices:feed-revoke", "somebody else's calendar is switched off"),
    Mutant("write-base-by-readers", "activities/views/redbases.py", "if not RedBase.objects.editable_by(request.user).filter(pk=base.pk).exists():", "if False:",
           "whoever reads a base changes it", answers("member_a"), "activities:base-edit"),
    Mutant("write-notice-by-readers", "notices/views/notice_target.py", "return Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists()", "return True",
           "an addressee reads receipts and changes the notice", answers("member_a"), "notices:notice-receipts notices:notice-correct"),
    # --- Accounts ---
    Mutant("accounts-beyond-reach", _ACCOUNTS, 'return found.filter(~Exists(beyond), ~Exists(posts.filter(~scope.q("organization"))))', "return found",
           "a password is set for somebody with rights elsewhere", ("tests/supervision/test_strangers.py",)),
    Mutant("accounts-with-posts-beyond", _ACCOUNTS, ', ~Exists(posts.filter(~scope.q("organization"))))', ")",
           "a password is set for somebody who holds a post elsewhere", ("tests/supervision/test_strangers.py", "tests/supervision/test_accounts.py")),
    Mutant("accounts-of-who-configures", _ACCOUNTS, 'found = found.filter(is_superuser=False, platform_role="")\n', "found = found.all()\n",
           "a committee sets the password of who keeps the platform", ("tests/supervision/test_strangers.py", "tests/supervision/test_accounts.py")),
    Mutant("link-into-the-stronger", _ACCOUNTS, "    if user.platform_role != PlatformRole.SYSTEM:\n", "    if True:\n",
           "the system administrator lets himself into who reads more", ("tests/members/test_platform_roles.py",)),
    Mutant("link-outlives-rights", "members/actions/account_links.py",
           "    return link if linkable_by(link.created_by).filter(pk=link.user_id).exists() else None\n", "    return link\n",
           "a kept slip is a way to what its owner was given since", ("tests/supervision/test_strangers.py",)),
    # --- Methods ---
    _got("get-reads-all", "notices/views/inbox.py", "read_all", "notices:read-all"),
    _got("get-ends-sessions", "members/views/security.py", "sessions_end", "accounts:sessions-end"),
    _got("get-publishes", "learning/views/plans.py", "publish", "learning:plan-publish"),
    _got("get-revokes-feed", "notices/views/feeds.py", "revoke", "notices:feed-revoke"),
)  # fmt: skip
