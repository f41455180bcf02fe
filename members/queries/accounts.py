"""Reads about accounts that no scope limits, because a name must be unique over all."""

from branch_portal.database import beyond_scope
from members.models import PartyOrganization, TotpDevice, User
from members.rules.passwords import COMMON_WORDS
from members.rules.pinyin import name_pinyin


def username_taken(username: str) -> bool:
    return User.objects.filter(username=username).exists()


@beyond_scope("a password may not name one's own organisation; nobody is signed in yet")
def organization_words(user) -> list[str]:
    """Names that a password may not hold: of the organisations that an account belongs to, those above, and what everybody here
    would try first."""
    words = list(COMMON_WORDS)
    paths = set()
    if user is not None and user.pk:
        if user.member_id and user.member.branch_id:
            paths.add(user.member.branch.path)
        paths |= set(user.grants.values_list("organization__path", flat=True))
    step = PartyOrganization.steplen
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    of_chain = (
        PartyOrganization.objects.filter(path__in=above)
        if above
        else PartyOrganization.objects.filter(depth=1)[:5]
    )
    for name, short in of_chain.values_list("name", "short_name"):
        words += [name, short, name_pinyin(name).replace(" ", ""), name_pinyin(short).replace(" ", "")]
    return words


def account_by_id(pk: int) -> User | None:
    """The account that a session names, while it may be used."""
    return User.objects.active().filter(pk=pk).first()


def has_second_step(user: User) -> bool:
    return TotpDevice.objects.filter(user=user).exists()


def account_named(username: str) -> User | None:
    """For the record of failed sign-ins: the account that was meant, in use or not."""
    return User.objects.filter(username=username).first()
