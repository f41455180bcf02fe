"""Mutants of what decides: scopes, roles, reaches, sessions, the frame of a request."""

from tests.mutants.model import Mutant, admin_answers, answers, unscoped, walk

_SCOPING, _PERMISSIONS, _ACCESS = (
    "branch_portal/scoping.py",
    "branch_portal/permissions.py",
    "members/access.py",
)
#: The function of the owner that says who may do what where; the overlay puts the weakened one into its database.
_REACHES = "members/row_security.py"
_RIGHTS_END = ("tests/security/test_single_checks.py::test_rights_end_with_what_gave_them",)

MUTANTS = (
    # --- Scopes ---
    Mutant(
        "scope-visible-is-all", _SCOPING, "        return self.filter(condition)\n", "        return self.all()\n",
        "visible_to hands out every row", answers("secretary_d"), "members:card activities:gathering",
    ),
    Mutant(
        "scope-editable-is-all", _SCOPING,
        "return self.filter(self._in_scope(user, self.edit_permission))", "return self.all()",
        "editable_by hands out every row", walk("secretary_d"), "members:incomplete members:corrections",
    ),
    Mutant(
        "scope-editable-is-visible", _SCOPING,
        "return self.filter(self._in_scope(user, self.edit_permission))",
        "return self.filter(self._in_scope(user, self.view_permission))",
        "whoever reads may change",
        ("tests/security/test_single_checks.py::test_who_reads_does_not_therefore_change",),
    ),
    Mutant(
        "scope-permitted-is-all", _SCOPING,
        "return self.filter(self._in_scope(user, permission))", "return self.all()",
        "a named permission reaches every row", walk("secretary_d"), "members:attention members:lists",
    ),
    Mutant(
        "scope-no-permission-declared", _SCOPING, "            return self.none()\n", "            return self.all()\n",
        "where nobody may change, everybody may", ("tests/security/test_single_checks.py::test_what_nobody_changes_is_editable_by_nobody",),
    ),
    Mutant(
        "scope-anonymous", _SCOPING,
        'user.access.scope(permission) if getattr(user, "is_authenticated", False) else NOWHERE',
        'user.access.scope(permission) if getattr(user, "is_authenticated", False) else Scope(everything=True)',
        "whoever is not signed in has the administrator's reach", ("tests/branch_portal/test_scoping.py",),
    ),
    Mutant(
        "scope-covers-everything", _SCOPING, "            self.everything\n            or organization.pk",
        "            True\n            or organization.pk",
        "in the scope of no permission, every organisation is", answers("member_a"), "activities:confirm activities:edit",
    ),
    Mutant(
        "scope-prefix-of-the-parent", _SCOPING, "condition |= Q(path__startswith=path)",
        "condition |= Q(path__startswith=path[:-4])",
        "a branch's path without its last step: the siblings, too", answers("secretary_b"), "organizations:detail",
    ),
    Mutant(
        "scope-prefix-of-the-root", _SCOPING, 'condition |= Q(**{f"{lookup}__path__startswith": path})',
        'condition |= Q(**{f"{lookup}__path__startswith": path[:4]})',
        "who works below a committee reaches the committee's whole tree",
        ("tests/security/test_positions.py::test_another_position_gets_what_the_like_one_gets[staff_h]",),
        "members:card activities:record",
    ),
    Mutant(
        "scope-at-is-all", "members/models/people.py",
        "        if scope.everything:\n            return Q(**{f\"{lookup}__isnull\": False})",
        "        if True:\n            return Q(**{f\"{lookup}__isnull\": False})",
        "a row that names a member is marked as one's own whoever it is",
        ("tests/branch_portal/test_scoping.py::test_a_row_that_names_a_member_is_marked_as_the_roster_would_say",),
    ),
    Mutant(
        "scope-covers-the-root", _SCOPING, "any(organization.path.startswith(path) for path",
        "any(organization.path.startswith(path[:4]) for path",
        "a permission in one branch holds in the whole tree",
        ("tests/security/test_single_checks.py::test_a_permission_holds_below_its_organisation_only",),
    ),
    # --- Roles ---
    Mutant(
        "role-member-reads-roster", _PERMISSIONS, "_MEMBER = frozenset({P.VIEW_ORGANIZATION, P.VIEW_RECORDS})",
        "_MEMBER = frozenset({P.VIEW_ORGANIZATION, P.VIEW_RECORDS, P.VIEW_ROSTER})",
        "every member reads the roster", answers("member_a"), "members:roster members:card",
    ),
    Mutant(
        "role-cell-leader-edits", _PERMISSIONS,
        "_CELL_LEADER = _MEMBER | {P.VIEW_ROSTER, P.VIEW_ROLLS, P.LOG_GATHERINGS}",
        "_CELL_LEADER = _MEMBER | {P.VIEW_ROSTER, P.VIEW_ROLLS, P.LOG_GATHERINGS, P.EDIT_ROSTER}",
        "a cell's leader changes cards", answers("cell_leader_a"), "members:new members:incomplete",
    ),
    Mutant(
        "role-officer-confirms", _PERMISSIONS, "    P.VIEW_APPRAISALS,\n}\n", "    P.VIEW_APPRAISALS,\n    P.CONFIRM_RECORDS,\n}\n",
        "an officer signs for the secretary", answers("officer_a"), "activities:confirm activities:archive",
    ),
    Mutant(
        "role-staff-reveals", _PERMISSIONS, "            P.ISSUE_TRANSFERS,\n", "            P.ISSUE_TRANSFERS,\n            P.REVEAL_PERSONAL_DATA,\n",
        "staff open sealed items", answers("staff"), "members:reveal",
    ),
    Mutant(
        "role-administrator-reads-people", _ACCESS, "everywhere=SINGLE_ADMINISTRATOR if alone", "everywhere=frozenset(Permission) if alone",
        "the superuser flag reads personal data", answers("superuser"), "members:roster members:card",
    ),
    Mutant(
        "role-platform-reads-people", _ACCESS, "everywhere=PLATFORM_PERMISSIONS[PlatformRole(user.platform_role)]", "everywhere=frozenset(Permission)",
        "each of the three administrators may do everything", ("tests/members/test_platform_roles.py",),
    ),
    # --- Reaches ---
    Mutant(
        "access-ended-grant-holds", _REACHES, " AND (g.valid_to IS NULL OR g.valid_to >= day)", "",
        "a grant that has ended still holds", _RIGHTS_END,
    ),
    Mutant(
        "access-future-grant-holds", _REACHES, "g.valid_from <= day AND ", "", "a grant holds before its first day", _RIGHTS_END,
    ),
    Mutant(
        "access-suspended-post-holds", _REACHES, "WHERE t.member_id = own AND m.standing = 'normal' AND", "WHERE t.member_id = own AND",
        "who is suspended goes on as secretary", _RIGHTS_END,
    ),
    Mutant(
        "access-ended-post-holds", _REACHES, " AND t.period @> day", "", "a post that has ended still gives its rights", _RIGHTS_END,
    ),
    Mutant(
        "access-suspended-member-reads", _REACHES, "WHERE m.id = own AND m.standing = 'normal'", "WHERE m.id = own",
        "who is suspended goes on reading the branch's records", _RIGHTS_END,
    ),
    Mutant(
        "access-committee-post-implies", _ACCESS, "WHERE reach.kind <> 1 OR o.kind IN ('branch', 'cell')", "WHERE true",
        "a post in a committee makes its holder a secretary of the subtree",
        _RIGHTS_END,
    ),
    Mutant(
        "access-closed-account", _ACCESS, "    if not user.is_active:\n        return Access()\n", "",
        "a closed account keeps its rights", _RIGHTS_END,
    ),
    # --- The frame of a request ---
    Mutant(
        "frame-no-login", "branch_portal/settings.py", '    "django.contrib.auth.middleware.LoginRequiredMiddleware",\n', "",
        "nobody is asked to sign in", answers("anybody"), "activities:calendar learning:plans organizations:tree",
    ),
    Mutant(
        "frame-no-csrf", "branch_portal/settings.py", '    "django.middleware.csrf.CsrfViewMiddleware",\n', "",
        "forms of other sites are taken",
        ("tests/security/test_single_checks.py::test_no_post_without_its_token",),
    ),
    Mutant(
        "frame-kept-by-browsers", "branch_portal/middleware.py", 'response["Cache-Control"] = "no-store"',
        'response["Cache-Control"] = "public, max-age=600"', "pages stay in caches that others share",
        ("tests/security/test_single_checks.py::test_no_page_of_somebody_is_kept_by_a_cache",),
    ),
    Mutant(
        "frame-cache-by-url", "branch_portal/middleware.py",
        "        with transaction.atomic():\n            response = self.get_response(request)\n",
        "        cache = self.__dict__.setdefault(\"kept\", {})\n"
        "        with transaction.atomic():\n"
        "            if request.method == \"GET\" and request.path in cache:\n"
        "                return cache[request.path]\n"
        "            response = self.get_response(request)\n"
        "            if request.method == \"GET\" and response.status_code == 200:\n"
        "                cache[request.path] = response\n",
        "answers are kept by address, whoever asks",
        ("tests/security/test_single_checks.py::test_two_people_at_one_address_get_their_own_pages",), "members:roster members:lists",
    ),
    Mutant(
        "fresh-never-asked", "members/fresh.py", "    if is_fresh(request):\n", "    if True:\n", "what is sensitive asks for no password again",
        ("tests/supervision/test_strangers.py::test_accounts_and_grants_are_not_ended_in_bulk_by_an_open_screen",),
    ),
    # What the list names asks twice, by the list and by its view; each by itself is weakened where the other says nothing.
    Mutant(
        "fresh-list-ignored", "members/guards.py", "if settings.PORTAL_FRESH_SIGN_IN and is_asked_again(route, request.method):", "if False:",
        "what gives rights is sent from an abandoned desk", ("tests/test_sensitive_routes.py::test_each_of_them_asks_for_the_password_again",),
    ),
    Mutant(
        "fresh-sending-ignored", "branch_portal/sensitive_routes.py", '        return method == "POST"\n', "        return False\n",
        "where looking is free, sending is, too", ("tests/test_sensitive_routes.py::test_each_of_them_asks_for_the_password_again",),
    ),
    Mutant(
        "fresh-not-on-posts", "branch_portal/sensitive_routes.py", '    "members:appoint": "a post gives rights",\n', "",
        "somebody is made secretary at an abandoned desk",
        ("tests/security/test_single_checks.py::test_sensitive_pages_ask_who_is_at_the_desk",),
    ),
    Mutant(
        "fresh-not-on-erasure", "members/views/erasure.py", "@fresh_sign_in\n", "", "data are erased at an abandoned desk",
        ("tests/security/test_single_checks.py::test_sensitive_pages_ask_who_is_at_the_desk",),
    ),
    Mutant(
        "uses-not-counted", "members/guards.py", "        if used <= limit.most:\n", "        if used:\n", "a script copies the portal out",
        ("tests/test_sensitive_routes.py::test_a_person_s_uses_are_counted_and_stopped_with_words",),
    ),
    Mutant(
        "acts-for-anything", "members/views/accounts.py",
        "if not form.is_valid() or not choose_acting(request, str(form.cleaned_data[\"organization\"])):", "if not form.is_valid():",
        "one acts for any organisation", ("tests/security/test_forged_input.py::test_one_acts_for_no_foreign_organization",),
    ),
    Mutant(
        "key-of-another", "branch_portal/once.py", "filter(key=key, user_id=user.pk)", "filter(key=key)",
        "a stolen one-time key tells where its owner's form led",
        ("tests/security/test_forged_input.py::test_a_stolen_key_tells_nothing",),
    ),
    unscoped(
        "kept-form-of-another", "branch_portal/kept.py", "KeptForm.objects.visible_to(user).filter(key=key).first()",
        ("tests/branch_portal/test_kept.py",), weakens="what somebody else typed is put into one's form",
    ),
    # --- The admin site ---
    Mutant(
        "admin-for-everybody", "branch_portal/admin_site.py", "            and request.user.may(Permission.USE_ADMIN)\n", "",
        "every account opens the back office", admin_answers("secretary_a"), "admin:members_partyorganization_* admin:activities_cadencerule_*",
    ),
    unscoped(
        "admin-lists-all", "branch_portal/admin_base.py", "queryset = queryset.visible_to(request.user)",
        admin_answers("staff_x"), "admin:members_member_* admin:activities_gathering_*",
    ),
    unscoped(
        "admin-rows-all", "branch_portal/admin_base.py", "queryset = queryset.permitted(request.user, self.rows_permission)",
        admin_answers("staff_x"), "*",
    ),
    Mutant(
        "admin-tells-of-existence", "branch_portal/admin_base.py",
        '        """Out of reach and missing are the same 404; Django would lead home and repeat the key."""\n        raise Http404\n',
        "        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)\n",
        "a missing row leads home and repeats its key", admin_answers("staff_x"), "admin:members_member_*",
    ),
    Mutant(
        "admin-filters-by-hidden", "branch_portal/admin_base.py",
        "return lookup.split(LOOKUP_SEP)[0] in shown and super().lookup_allowed(lookup, value, request)", "return True",
        "a hidden column is read letter by letter", ("tests/security/test_closed_holes.py",),
    ),
    Mutant(
        "admin-autocomplete-open", "branch_portal/admin_site.py",
        "        return ScopedChoices.as_view(admin_site=self)(request)\n",
        "        from django.http import JsonResponse\n\n        from members.models import Member\n\n"
        "        names = [{\"id\": row.pk, \"text\": row.name} for row in Member.objects.all()]\n"
        "        return JsonResponse({\"results\": names})\n",
        "the search box offers everybody's people", walk("staff_x"), "admin:autocomplete",
    ),
    Mutant(
        "admin-writes-by-view", "branch_portal/admin_base.py",
        "        if self.change_permission is None or not request.user.may(self.change_permission):\n            return False\n",
        "        if self.change_permission is None:\n            return False\n",
        "whoever reads a rule in the admin changes it", admin_answers("staff"), "admin:activities_cadencerule_* admin:learning_studyrule_*",
    ),
)  # fmt: skip
