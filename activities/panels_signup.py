"""What attachments, sign-up and joint gatherings show on other pages."""

from dataclasses import replace

from django.http import HttpRequest
from django.utils import timezone

from activities.forms.attachments import AttachmentsForm
from activities.models import ActivityKind, ActivityRecord, Attachment, GatheringBranch, Invitation, SignUp
from activities.page_panels import gathering_panel, record_panel
from activities.queries.joint import guests_of, is_guest, pending_invitations
from activities.queries.reach import may_log, reaches
from activities.queries.records import first_record
from activities.queries.service import service_minutes, service_of
from activities.queries.signup import counts_of, offer_of, own_signup
from activities.rules.joint import JOINT_KINDS, OPEN_STATES
from activities.rules.signup import SIGN_UP_KINDS, has_room
from activities.rules.states import ANNOUNCED, CANCELLED, EDITABLE
from activities.views.service import service_columns
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, card_tab, workbench_panel
from branch_portal.tables import Table


@record_panel
def attachments(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """附件 of the record: what there is, and the upload while the record is open."""
    files = list(
        Attachment.objects.visible_to(request.user)
        .kept()
        .filter(record=record)
        .select_related("uploaded_by")
        .order_by("pk")
    )
    may_add = record.state in EDITABLE and may_log(request.user, record)
    if not files and not may_add:
        return None
    form = AttachmentsForm(user=request.user) if may_add else None
    return Panel(
        "activities/_panel_attachments.html", {"files": files, "record": record, "form": form}, order=60
    )


@gathering_panel
def sign_up(request: HttpRequest, share: GatheringBranch) -> Panel | None:
    """报名 on the gathering's page: one tap for a member, the terms for the officers."""
    gathering, offer = share.gathering, offer_of(share)
    ahead = gathering.state == ANNOUNCED and gathering.started_at > timezone.now()
    may_set = ahead and may_log(request.user, share) and first_record(share).kind in SIGN_UP_KINDS
    if offer is None:
        return (
            Panel("activities/_panel_signup.html", {"share": share, "may_set": True}, order=10)
            if may_set
            else None
        )
    closes, counts, own = (
        offer.closing(gathering.started_at),
        counts_of(share),
        own_signup(request.user, share),
    )
    open_now = ahead and timezone.now() < closes
    state = own.state if own else ""
    listed = state in (SignUp.State.GOING, SignUp.State.WAITING)
    member = request.user.member if request.user.member_id else None
    context = {
        "share": share,
        "offer": offer,
        "counts": counts,
        "closes": closes,
        "open": open_now,
        "own": own,
        "state": state,
        "position": own.ahead + 1 if own else 0,
        "full": not has_room(offer.capacity, counts.going),
        "may_join": open_now and not listed and member is not None and member.branch_id == share.branch_id,
        "may_leave": ahead and listed,
        "leave_asks": not open_now and state == SignUp.State.GOING,
        "may_set": may_set,
        "sees_list": reaches(request.user, Permission.VIEW_ROLLS, share),
    }
    return Panel("activities/_panel_signup.html", context, order=10)


@gathering_panel
def red_base(request: HttpRequest, share: GatheringBranch) -> Panel | None:
    """The base of a visit or theme day; the host's officers choose it."""
    gathering = share.gathering
    base = gathering.red_base if gathering.red_base_id else None
    hosts = share.branch_id == gathering.host_id
    may_choose = (
        hosts
        and gathering.state != CANCELLED
        and first_record(share).kind in (ActivityKind.RED_BASE_VISIT, ActivityKind.THEME_DAY)
        and may_log(request.user, share)
    )
    if base is None and not may_choose:
        return None
    return Panel(
        "activities/_panel_base.html",
        {"share": share, "base": base, "may_choose": may_choose, "linked": hosts},
        order=110,
    )


@card_tab("service", "志愿服务", 45)
def service(request: HttpRequest, member):
    """志愿服务 on a member's card: each time with its minutes, and the sum of the year."""
    year = today_shanghai().year
    minutes = service_minutes(request.user, member, year)
    table = Table(service_columns(), service_of(request.user, member), numbered=False, caption="志愿服务")
    return "activities/_service_tab.html", {
        "table": table,
        "year": year,
        "minutes": minutes,
        "hours": minutes / 60,
    }


@gathering_panel
def joint(request: HttpRequest, share: GatheringBranch) -> Panel | None:
    """共建 on the gathering's page: a guest reads who hosts, the host whom it has asked."""
    return _joint(request, share, first_record(share).kind)


@record_panel
def joint_record(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """共建 beside a record of a joint gathering."""
    panel = _joint(request, record.share, record.kind, closed=True)
    return replace(panel, order=130) if panel is not None else None


def _joint(request: HttpRequest, share: GatheringBranch, kind: str, *, closed: bool = False) -> Panel | None:
    gathering = share.gathering
    if is_guest(share):
        return Panel("activities/_panel_joint.html", {"host": str(gathering.host)}, order=20)
    if kind not in JOINT_KINDS or share.cell_id is not None:
        return None
    may_invite = not closed and gathering.state in OPEN_STATES and may_log(request.user, share)
    guests = guests_of(gathering)
    if not reaches(request.user, Permission.VIEW_ROLLS, share):
        # What another branch answered is for the officers; a member reads who takes part.
        guests = [replace(each, reply="") for each in guests if each.state == Invitation.State.ACCEPTED]
    if not guests and not may_invite:
        return None
    return Panel(
        "activities/_panel_joint.html",
        {"share": share, "host": "", "guests": guests, "may_invite": may_invite},
        order=120,
    )


@workbench_panel
def invitations(request: HttpRequest) -> Panel | None:
    """共建邀请 that wait for the branches one keeps records of."""
    if not request.user.may(Permission.LOG_GATHERINGS):
        return None
    rows = pending_invitations(request.user)
    return Panel("activities/_panel_invitations.html", {"invitations": rows}, order=20) if rows else None
