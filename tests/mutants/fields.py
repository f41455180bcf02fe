"""Mutants of fields: what is masked, sealed, told, or stands on a page only for some."""

from tests.mutants.model import Mutant, answers, walk

_CARDS = "members/cards.py"

MUTANTS = (
    Mutant("mask-mobile", _CARDS, '    "mobile": mask_mobile,\n', '    "mobile": str,\n',
           "the card shows the telephone", walk("secretary_a"), "members:card"),
    Mutant("mask-id-number", _CARDS, '    "id_number": mask_id_number,\n', '    "id_number": str,\n',
           "the card shows the identity number", walk("staff"), "members:card-print"),
    Mutant("mask-address", _CARDS, '    "home_address": mask_address,\n', '    "home_address": str,\n',
           "the card shows the address", walk("officer_a"), "members:card"),
    Mutant("mask-everything", _CARDS, "return MASKS[field](value) if value else \"\"", "return value",
           "no sealed item is masked", walk("staff"), "members:card"),
    Mutant("reveal-without-right", "members/views/cards.py",
           "    if not own and not may_on(request, Permission.REVEAL_PERSONAL_DATA, member):\n        raise PermissionDenied\n", "",
           "whoever reads a card opens its sealed items", answers("officer_a"), "members:reveal"),
    Mutant("reveal-without-record", "members/views/cards.py", "        record_access(\n", "        (lambda **_: None)(\n",
           "an opening leaves no trace", ("tests/members/test_cards.py",)),
    Mutant("reveal-on-get", "members/views/cards.py",
           '    if request.method == "POST" and form.is_valid():\n        record_access(', '    if True:\n        form.cleaned_data = {}\n        record_access(',
           "a link opens a sealed item", walk("secretary_a"), "members:reveal"),
    Mutant("transfer-shows-card", "members/views/transfers.py", '"sees_card": Member.objects.visible_to(request.user).filter(pk=found.member_id).exists()',
           '"sees_card": True', "a letter links to a card that its reader may not open",
           ("tests/security/test_single_checks.py::test_a_letter_leads_to_no_card_that_is_shut",)),
    Mutant("names-of-strangers", "members/queries/lines.py", "visible = set(Member.objects.visible_to(user).filter(pk__in=ids)", "visible = set(Member.objects.filter(pk__in=ids)",
           "a past day's roster links to cards of who belongs elsewhere now",
           ("tests/members/test_roster_as_of.py", "tests/members/test_roster.py", "tests/members/test_people_pages.py")),
    Mutant("audit-names", "supervision/queries/accesses.py", "members = Member.objects.visible_to(user).filter(", "members = Member.objects.filter(",
           "the trail of openings names people who may not be seen", ("tests/security/test_single_checks.py::test_the_trail_names_nobody_who_has_moved_away",)),
)  # fmt: skip
