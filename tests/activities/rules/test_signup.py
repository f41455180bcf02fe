"""Places and the waiting list, as arithmetic."""

from hypothesis import given
from hypothesis import strategies as some

from activities.rules.signup import has_room, moving_up

numbers = some.integers(min_value=0, max_value=200)


@given(capacity=some.none() | some.integers(min_value=1, max_value=200), going=numbers, waiting=numbers)
def test_moving_up_fills_the_places_and_no_more(capacity, going, waiting):
    many = moving_up(capacity, going, waiting)
    assert 0 <= many <= waiting
    if capacity is None:
        assert many == waiting
    elif going <= capacity:
        assert going + many <= capacity
        assert many == waiting or going + many == capacity
    else:
        assert many == 0


@given(capacity=some.none() | some.integers(min_value=1, max_value=200), going=numbers)
def test_there_is_room_exactly_when_one_could_move_up(capacity, going):
    assert has_room(capacity, going) == (moving_up(capacity, going, 1) == 1)
