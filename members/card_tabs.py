"""The tabs of a member's card that the roster itself brings; higher apps register theirs beside them."""

from branch_portal.registries import card_tab
from members.cards import completeness, further_facts, missing_items, national_facts
from members.queries.cards import affiliations_of, tenures_of


@card_tab("basic", "基本信息", 10)
def basic(request, member):
    return "members/_basic.html", {
        "facts": national_facts(member),
        "further": further_facts(member),
        "completeness": completeness(member),
        "missing": missing_items(member),
    }


@card_tab("affiliations", "组织关系", 20)
def affiliations(request, member):
    return "members/_affiliations.html", {"affiliations": affiliations_of(member)}


@card_tab("posts", "职务", 30)
def posts(request, member):
    return "members/_posts.html", {"tenures": tenures_of(member)}
