"""The things and lines of the access table that are about certificates of hours and questions about credits."""

import datetime

from django.utils import timezone

from learning.models import StudyCertificate, StudyCredit, StudyQuestion, StudyRule
from learning.rules.certificate import content_hash
from tests.personas import World

CONTENT = {
    "name": "高海燕", "branch": "清源村第一党支部", "year": 2026, "issued_on": "2026-04-01", "required": "32.0",
    "reason": "党员每年不少于 32 学时", "hours": "2.0", "gap": "30.0", "met": False, "trainings": 0,
    "categories": [], "rows": [],
}  # fmt: skip


def ledger_things(world: World, fellow) -> dict[str, object]:
    """A certificate of `fellow`, a credit of the persona member_a, and what that member asked about another."""
    own = world.members_a[3]
    rule = StudyRule.objects.order_by("pk").first()
    credits = [
        StudyCredit.objects.create(
            member=own,
            branch=world.branch_a,
            on_date=datetime.date(2026, 3, 7 + number),
            year=2026,
            category="self_study",
            title="读书",
            minutes=90,
            hours=2,
            rule=rule,
            source=f"test.reading:{number}",
        )
        for number in range(2)
    ]
    return {
        "own_credit": credits[0],
        "study_question": StudyQuestion.objects.create(
            credit=credits[1],
            branch=world.branch_a,
            member=own,
            statement="少记了",
            raised_at=timezone.now(),
            due_on=datetime.date(2026, 4, 1),
        ),
        "study_certificate": StudyCertificate.objects.create(
            member=fellow,
            branch=world.branch_a,
            year=2026,
            code="2222222222",
            content=CONTENT,
            content_hash=content_hash(CONTENT),
            issued_by=world.secretary_a,
            issued_at=timezone.now(),
        ),
    }
