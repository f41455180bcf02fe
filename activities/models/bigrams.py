"""The pairs of neighbouring characters of a record's texts as numbers: what an index finds words in the middle of a text by.

`activities_bigrams(…)` (migration 0006) and `tokens` say the same of one text, else nothing would be found.
"""

from itertools import pairwise

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, Func, IntegerField, Lookup

#: The texts of a record that are searched, as the index holds them.
SEARCHED = ("title", "preparation", "content", "summary")
_STEP, _POSITIVE = 65_599, 0x7FFFFFFF


def tokens(word: str) -> list[int]:
    """What a text that holds the word holds: its pairs, or the one character as a negative number."""
    if len(word) == 1:
        return [-ord(word)]
    return sorted({(ord(a) * _STEP + ord(b)) & _POSITIVE for a, b in pairwise(word)})


class Bigrams(Func):
    function = "activities_bigrams"
    output_field: Field = ArrayField(IntegerField())


@ArrayField.register_lookup
class HoldsNumbers(Lookup):
    """PostgreSQL's own @>: the extension intarray would put one of that name in its place, which this index is not for."""

    lookup_name = "holds_numbers"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        left, left_values = self.process_lhs(compiler, connection)
        return f"{left} OPERATOR(pg_catalog.@>) %s::int4[]", [*left_values, list(self.rhs)]
