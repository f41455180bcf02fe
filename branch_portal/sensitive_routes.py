"""Which addresses are sensitive, as data: what asks for the password again, what is counted, what checks a secret.

One list for the whole product. Routes are named as strings, because plumbing imports no domain; `members.middleware` acts on
them, and tests walk the URLconf: a route that answers with a file or checks a secret and stands in no list fails the build.
"""

import datetime
from dataclasses import dataclass

#: Files about people: asked again (`fresh_sign_in`), counted as exports. Route → what is in it.
PERSONAL_FILES: dict[str, str] = {
    "members:export": "the roster",
    "members:export-file": "the roster, as the worker wrote it",
    "members:changes-export": "who changed, came and left",
    "members:commendations-export": "who was commended",
    "members:file": "a document of somebody's file",
    "members:import-errors": "lines of a roster that could not be read",
    "members:me-xlsx": "all of one's own data",
    "members:me-json": "all of one's own data",
    "activities:appraisal-export": "who was judged how",
    "activities:talks-export": "who talked with whom",
    "activities:binder": "a year's records with everybody's names",
    "activities:signups-export": "who comes",
    "activities:service-export": "who served how long",
    "learning:review-export": "who declared what study",
    "learning:matrix-export": "who studied what",
    "learning:training-export": "who was trained",
    "learning:branch-export": "hours of everybody in the branch",
    "learning:member-year-export": "one member's hours",
    "learning:certificate-docx": "one member's hours, signed",
    "learning:external-errors": "lines of a file of everybody's hours that could not be read",
    "supervision:confirmations-export": "probationary members",
    "supervision:contacts-export": "floating and lost members",
    "supervision:statistics-list-export": "who is behind a figure",
    "supervision:request-known": "what the portal holds of a branch's people",
    "supervision:request-export": "what branches have answered, with names",
    "supervision:audit-access-export": "who saw whose data",
    "supervision:audit-affected-export": "whose data somebody saw",
    "supervision:audit-security-export": "who signed in from where",
    "supervision:accounts-export": "accounts with names",
    "admin:list-export": "any list of the admin",
    "admin:export-file": "any list of the admin, as the worker wrote it",
}

#: What shows hidden data, or changes rights and secrets: asked again. Route → why.
ASKED_AGAIN: dict[str, str] = {
    "members:reveal": "opens what is masked",
    "members:appoint": "a post gives rights",
    "members:end-tenure": "a post gives rights",
    "members:delegation-new": "lends rights",
    "members:delegation-end": "takes rights back",
    "accounts:totp": "the second step",
    "accounts:totp-codes": "the second step",
    "accounts:totp-off": "the second step",
    "notices:feeds": "an address that is read without signing in",
    "notices:feed-renew": "an address that is read without signing in",
    "notices:robot-new": "a key, and where messages go",
    "notices:robot": "a key, and where messages go",
    "supervision:accounts-open-branch": "accounts and their links",
    "supervision:accounts-colleague": "an account with rights",
    "supervision:account-link": "a way to an account",
    "supervision:account-work": "another one's account",
    "admin:members_user_add": "an account",
    "admin:members_user_change": "an account",
    "admin:members_user_reset_password": "a way to an account",
    "admin:members_user_platform_role": "rights over the platform",
    "admin:members_rolegrant_add": "rights",
    "admin:members_rolegrant_change": "rights",
}

#: Asked only for what is sent: the page itself is looked at often and shows nothing hidden.
ASKED_WHEN_SENT = frozenset(
    {"notices:feeds", "notices:robot", "admin:members_user_changelist", "admin:members_rolegrant_changelist"}
)

#: Files without anything about people, or nobody's but the reader's own; and why that is enough.
PLAIN_FILES: dict[str, str] = {
    "activities:sheet": "one record, as its page shows it",
    "activities:template-sample": "invented",
    "activities:template-trial": "invented",
    "activities:template-original": "a blank form",
    "activities:records-export": "titles, days and numbers",
    "activities:plan-export": "a plan",
    "activities:resolutions-export": "what was decided",
    "activities:attachment": "what hangs on a record, as its page shows it",
    "activities:attachment-thumb": "what hangs on a record, as its page shows it",
    "learning:submission-file": "what one has handed in, for those who judge it",
    "learning:lesson-file": "teaching material",
    "learning:lesson-file-download": "teaching material",
    "learning:external-template": "a blank form",
    "learning:question-template": "a blank form",
    "learning:my-year-export": "one's own hours",
    "members:import-template": "a blank form",
    "notices:notice-file": "what hangs on a notice, for its readers",
    "supervision:grid-export": "figures of branches",
    "supervision:study-export": "figures of branches",
    "supervision:attendance-export": "figures of branches",
    "supervision:terms-export": "terms of branches",
    "supervision:receipts-export": "figures of branches",
    "supervision:requests-export": "work requests",
    "supervision:burden-export": "figures of branches",
    "supervision:quality-export": "figures of branches",
    "supervision:quality-records-export": "titles and days",
    "supervision:checks-export": "spot checks of records",
    "supervision:check-export": "spot checks of records",
    "supervision:returns-export": "records sent back",
    "supervision:inspections-export": "inspections of branches",
    "supervision:inspection-report": "an inspection of branches",
    "supervision:findings-export": "findings in branches",
    "supervised:request-file": "what hangs on a work request",
    "supervised:finding-file": "what hangs on a finding",
    "supervision:statistics-export": "figures",
    "supervision:statistics-report-export": "figures",
    "supervision:form-original": "a blank form",
    "supervision:form-run": "asks by itself where people are in it",
    "supervision:form-filled": "asks by itself where people are in it",
    "feed": "titles, times and places; no names",
}

#: Where a secret is checked → whose brake stands before it (`members.actions.secret_brake`), or why there is none.
CHECKS_A_SECRET: dict[str, str] = {
    "accounts:login": "login",
    "accounts:second-step": "second step",
    "accounts:totp": "second step",
    "accounts:fresh": "fresh",
    "accounts:password": "password form",
    "accounts:link": "account link",
    "accounts:first-admin": "first administrator",
    "activities:sign-in": "sign-in code",
    "verify:code": "verification code",
    "feed": "calendar address",
    "metrics": "metrics token",
    "readyz": "metrics token",
}


@dataclass(frozen=True)
class Limit:
    """So many in such a time by one account."""

    most: int
    window: datetime.timedelta


#: Nothing that a person does by hand comes near; a script that copies the portal does.
LIMITS: dict[str, Limit] = {
    "export": Limit(60, datetime.timedelta(hours=1)),
    "search": Limit(240, datetime.timedelta(minutes=5)),
    "id lookup": Limit(60, datetime.timedelta(hours=1)),
    "reveal": Limit(60, datetime.timedelta(hours=1)),
}
#: Sent here is a number that the portal says of whether it knows it.
ID_LOOKUPS = frozenset({"members:new", "members:edit"})
#: Words to look for, in any list.
SEARCH_WORDS = ("q", "who", "reason")


def is_asked_again(route: str, method: str) -> bool:
    """Whether this wants the password typed minutes ago."""
    if route in ASKED_WHEN_SENT:
        return method == "POST"
    return route in PERSONAL_FILES or route in ASKED_AGAIN


def limit_for(route: str, method: str, asked) -> str:
    """The bucket that this request is counted in; empty for most. `asked` is the address's own part after the `?`."""
    if route in PERSONAL_FILES:
        return "export"
    if route == "members:reveal" and method == "POST":
        return "reveal"
    if route in ID_LOOKUPS and method == "POST":
        return "id lookup"
    return "search" if any(asked.get(word) for word in SEARCH_WORDS) else ""
