"""What is promised in seconds, on a machine that may have other work: the limit grows with the load, and the report names both."""

import os


def load() -> float:
    """How many processes want each processor, over the last minute; the test's own people are among them."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def within(promise: float) -> float:
    """The promise itself while there are processors for everybody, else so much longer as others take of them."""
    return promise * max(1.0, load())


def against(seconds: float, promise: float) -> str:
    return f"{seconds:.1f} s (promised {promise:g} s; load {load():.1f} per processor)"
