"""How much fits on one A4 page: lines of the report are counted before they are printed."""

from collections.abc import Sequence

#: Characters of a line beside the branch's name, and lines left below the head and above the foot.
WIDTH, LINES = 40, 46
#: Lists of branches stand on the page of a committee of so many; above that the sums alone.
MOST_BRANCHES = 30


def lines_of(text: str) -> int:
    return max(1, -(-len(text) // WIDTH))


def fitting(texts: Sequence[str], taken: int) -> int:
    """How many of the texts fit below `taken` lines; one line is kept for saying that there are more."""
    left, count = LINES - taken, 0
    for place, text in enumerate(texts):
        left -= lines_of(text)
        last = place == len(texts) - 1
        if left < (0 if last else 1):
            break
        count += 1
    return count
