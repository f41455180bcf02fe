"""A form request of the demo: two figures that the portal holds, two new things; one branch has answered."""

import datetime

from branch_portal.dates import local_datetime
from members.models import PartyOrganization, User
from supervision.actions.request_answers import Given, answer_request
from supervision.actions.requests import Asked, draft_request, send_request
from supervision.models import RequestBranch

_FREE = (
    Asked("志愿者人数", "number", valid_months=3),
    Asked("是否建立志愿服务台账", "yes_no"),
)


def build_requests(committee: PartyOrganization, staff: User, head: User, *, today: datetime.date) -> None:
    """Sent two days ago; the branch of `head` was the first."""
    now = local_datetime(today - datetime.timedelta(days=2), datetime.time(9))
    words = {
        "title": "党员志愿服务情况摸底",
        "text": "为安排下半年志愿服务，请核对系统中的党员数，补充志愿者人数和台账情况，不另报材料。",
        "deadline": local_datetime(today + datetime.timedelta(days=5), datetime.time(18)),
        "as_of": None,
        "audience": {},
    }
    held = ("members_total", "members_floating")
    draft = draft_request(by=staff, organization=committee, words=words, held=held, free=_FREE)
    work = send_request(by=staff, request=draft, now=now)
    number, ledger = (field for field in work.fields.all() if not field.is_held)
    first = RequestBranch.objects.received_by(head).get(request=work)
    given = {number.pk: Given(value="9"), ledger.pk: Given(value="yes")}
    answer_request(by=head, target=first, given=given, now=now + datetime.timedelta(hours=5))
