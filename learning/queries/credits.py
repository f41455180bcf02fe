"""Reading the ledger."""

from decimal import Decimal

from django.db.models import Sum

from learning.models import StudyCredit


def hours_by_member(source: str) -> dict[int, Decimal]:
    """Member id → hours that one source stands for now. Who may see the source is its own page's question."""
    return dict(
        StudyCredit.objects.filter(source=source)
        .standing()
        .values_list("member_id")
        .annotate(total=Sum("hours"))
        .order_by()
    )
