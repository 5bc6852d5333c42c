"""Many agencies, so parted that what is counted of each part at a time stays within bounds."""

from collections.abc import Mapping


def parts(sizes: Mapping[int, int], at_once: int) -> list[list[int]]:
    """The agencies in the order of their numbers, in runs of at most so many rows together.

    An agency with more of them is a run of its own.
    """
    found: list[list[int]] = []
    room = 0
    for agency, rows in sorted(sizes.items()):
        if not found or rows > room:
            found.append([])
            room = at_once
        found[-1].append(agency)
        room -= rows
    return found
