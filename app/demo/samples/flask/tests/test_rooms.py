from bookings import Room, free_rooms

ROOMS = [Room("Ada", 12), Room("Grace", 4), Room("Alan", 6)]


def test_the_smallest_room_that_is_large_enough_comes_first():
    assert free_rooms(ROOMS, [], people=5) == [Room("Alan", 6), Room("Ada", 12)]


def test_a_booked_room_is_not_free():
    assert free_rooms(ROOMS, ["Grace", "Alan"], people=2) == [Room("Ada", 12)]


def test_there_may_be_no_room():
    assert free_rooms(ROOMS, [], people=13) == []
