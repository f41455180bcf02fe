"""What the operator reads: short Chinese sentences, the English cause in brackets, never a traceback."""

import sys


class Problem(Exception):
    """Something the operator can mend. `sentence` says in Chinese what to do, `cause` is the error as the program gave it."""

    def __init__(self, sentence: str, cause: object = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cause = " ".join(str(cause).split())

    def __str__(self) -> str:
        return f"{self.sentence}（{self.cause}）" if self.cause else self.sentence


def say(text: str = "") -> None:
    print(text, flush=True)


def step(text: str) -> None:
    say(f"· {text}")


def complain(problem: Problem) -> None:
    print(f"× {problem}", file=sys.stderr, flush=True)
