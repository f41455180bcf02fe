from decimal import Decimal

from django.db.models import Sum

from learning.models import StudyCredit


def hours_by_member(source: str) -> dict[int, Decimal]:
    """Member → hours that the source stands for now (reversals taken off); the caller has checked the source's scope."""
    rows = StudyCredit.objects.filter(source=source).values("member_id").annotate(total=Sum("hours"))
    return {row["member_id"]: row["total"] for row in rows}
