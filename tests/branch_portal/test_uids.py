"""Identifiers in the order of time."""

import time
import uuid

from branch_portal.uids import ordered_uid


def test_they_are_random_and_in_the_order_of_time():
    before = time.time_ns() // 1_000_000
    first = [ordered_uid() for _ in range(100)]
    time.sleep(0.002)
    later = ordered_uid()
    assert len(set(first)) == 100 and max(first) < later
    for each in (*first, later):
        assert (each.version, each.variant) == (7, uuid.RFC_4122)
        assert before <= each.int >> 80 <= time.time_ns() // 1_000_000
