"""Rooms, and which of them are large enough."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """A room that can be booked, and how many people it seats."""

    name: str
    seats: int


def free_rooms(rooms: Iterable[Room], booked: Iterable[str], people: int) -> list[Room]:
    """The rooms that nobody booked and that seat so many people, the smallest first."""
    taken = set(booked)
    free = [room for room in rooms if room.name not in taken and room.seats >= people]
    return sorted(free, key=lambda room: room.seats)
