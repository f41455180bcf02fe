"""The stored years follow posts, affiliations and suspensions: what is owed and where the year belongs depend on them.

The members' app knows nothing of study hours, so it is listened to: row by row, and once for many that come or move.
"""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from branch_portal.dates import today_shanghai
from learning.actions.years import refresh_member_years
from members.models import Affiliation, MemberStatus, PostTenure
from members.signals import members_moved


@receiver(post_save, sender=PostTenure, dispatch_uid="learning.tenure")
@receiver(post_save, sender=Affiliation, dispatch_uid="learning.affiliation")
@receiver(post_delete, sender=PostTenure, dispatch_uid="learning.tenure_gone")
@receiver(post_delete, sender=Affiliation, dispatch_uid="learning.affiliation_gone")
@receiver(post_save, sender=MemberStatus, dispatch_uid="learning.status")
@receiver(post_delete, sender=MemberStatus, dispatch_uid="learning.status_gone")
def refresh_years(sender, instance, raw=False, **kwargs):
    if raw or (sender is MemberStatus and instance.kind != MemberStatus.Kind.SUSPENDED):
        return
    # A deleted affiliation no longer says where the member was.
    branches = [instance.branch_id] if sender is Affiliation else []
    refresh_member_years(
        by=None, member_ids=[instance.member_id], branch_ids=branches, year=today_shanghai().year
    )


@receiver(members_moved, dispatch_uid="learning.members_moved")
def refresh_years_of_many(sender, member_ids, **kwargs):
    refresh_member_years(by=None, member_ids=member_ids)
