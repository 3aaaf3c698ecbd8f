"""Meeting rooms that can be booked."""

from bookings.rooms import Room, free_rooms

__all__ = ["Room", "free_rooms"]
