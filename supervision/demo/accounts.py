"""Accounts of the demo: everybody has one, so that the inbox works; eight have a password, random per installation."""

from random import Random

from branch_portal.permissions import PLATFORM_LABELS, PlatformRole, Role
from members.actions.accounts import create_user, grant_role, random_password, set_password
from members.models import Member, User
from members.rules.pinyin import name_pinyin
from supervision.demo.structure import ELSEWHERE, HOME, Township

_STAFF = ("committee", "周敏", "dangwei")
_ADMINISTRATOR = ("superuser", "管理员", "admin")
#: The three of a portal that keeps them apart, to be looked at in the demo, too.
_THREE = {
    PlatformRole.SYSTEM: "xitong",
    PlatformRole.SECURITY: "anquan",
    PlatformRole.AUDIT: "shenji",
}


def build_accounts(people: dict[str, list[Member]], *, random: Random) -> dict[int, User]:
    """Member id → account without a usable password; two thirds have an address."""
    taken: set[str] = {_STAFF[2], _ADMINISTRATOR[2], *_THREE.values()}
    accounts = []
    for member in (member for group in people.values() for member in group):
        base = username = name_pinyin(member.name).replace(" ", "")[:40]
        number = 1
        while username in taken:
            number += 1
            username = f"{base}{number}"
        taken.add(username)
        email = f"{username}@demo.example" if random.random() < 0.65 else ""
        account = User(username=username, display_name=member.name, member=member, email=email)
        account.set_unusable_password()
        accounts.append(account)
    return {account.member_id: account for account in User.objects.bulk_create(accounts)}


def open_logins(township: Township, people: dict[str, list[Member]], *, since) -> None:
    """The accounts that are no member's: committee staff with a grant, the administrator, and the three."""
    _, name, username = _STAFF
    staff, _ = create_user(by=None, username=username, display_name=name)
    grant_role(
        by=None,
        user=staff,
        role=Role.COMMITTEE_STAFF,
        organization=township.committee,
        valid_from=since,
        reason="演示数据",
    )
    _, name, username = _ADMINISTRATOR
    create_user(by=None, username=username, display_name=name, is_superuser=True)
    for role, username in _THREE.items():
        create_user(by=None, username=username, display_name=PLATFORM_LABELS[role], platform_role=role)


def demo_accounts() -> dict[str, User]:
    """Role of the login → account, found again by what the demo made of it."""
    from members.models import PartyOrganization, PostTenure

    def secretary_of(branch: PartyOrganization) -> User:
        tenure = PostTenure.objects.filter(organization=branch, post="secretary").earliest("pk")
        return tenure.member.user

    home, elsewhere = (PartyOrganization.objects.get(code=code_of(key)) for key in (HOME, ELSEWHERE))
    ordinary = Member.objects.filter(branch=home, tenures__isnull=True, category="full").earliest("pk")
    return {
        "superuser": User.objects.get(username=_ADMINISTRATOR[2]),
        "committee": User.objects.get(username=_STAFF[2]),
        "secretary": secretary_of(home),
        "member": ordinary.user,
        "secretary_other": secretary_of(elsewhere),
        **{role.value: User.objects.get(username=username) for role, username in _THREE.items()},
    }


def code_of(key: str) -> str:
    from supervision.demo.structure import BRANCHES, CODE_PREFIX

    return f"{CODE_PREFIX}01-{[plan.key for plan in BRANCHES].index(key) + 1:02d}"


def reset_logins() -> list[dict[str, str]]:
    """Give these accounts new random passwords; the only copy of them is what this returns."""
    from supervision.demo.structure import CODE_PREFIX

    committee = (
        User.objects.get(username=_STAFF[2]).grants.get(organization__code=f"{CODE_PREFIX}01").organization
    )
    logins = []
    for role, user in demo_accounts().items():
        password = random_password(12)
        set_password(by=user, user=user, password=password)
        organization = (user.member and user.member.branch) or committee
        logins.append(
            {
                "role": role,
                "name": user.display_name,
                "username": user.username,
                "password": password,
                "organization": organization.short_name,
            }
        )
    return logins
