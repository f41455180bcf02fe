"""The stored years follow posts and affiliations: what is owed and where the year belongs depend on them.

The members' app knows nothing of study hours, so it is listened to: row by row, and once for a whole branch that moves.
"""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from learning.actions.years import refresh_member_years
from members.models import Affiliation, PostTenure
from members.signals import members_moved


@receiver(post_save, sender=PostTenure, dispatch_uid="learning.tenure")
@receiver(post_save, sender=Affiliation, dispatch_uid="learning.affiliation")
@receiver(post_delete, sender=PostTenure, dispatch_uid="learning.tenure_gone")
@receiver(post_delete, sender=Affiliation, dispatch_uid="learning.affiliation_gone")
def refresh_years(sender, instance, raw=False, **kwargs):
    if not raw:
        refresh_member_years(by=None, member_ids=[instance.member_id])


@receiver(members_moved, dispatch_uid="learning.members_moved")
def refresh_years_of_many(sender, member_ids, **kwargs):
    refresh_member_years(by=None, member_ids=member_ids)
