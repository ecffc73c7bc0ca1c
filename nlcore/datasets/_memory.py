"""How much memory a data set may take: estimated before anything large is allocated, and refused in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from nlcore.errors import DataError

MAX_VALUES: Final = 20_000_000
"""Numbers in all examples of a data set together."""
BYTES_A_VALUE: Final = 50
"""What a number takes while it is read, chosen, divided and scaled; a result of measurements."""
MEMORY_INFO: Final = Path("/proc/meminfo")


def available() -> int | None:
    """Return how many bytes of memory are free for use; None where the system does not tell."""
    try:
        for line in MEMORY_INFO.read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    return None


def require(n_values: int, what: str, instead: str) -> None:
    """Refuse a data set that is larger than the limit of this program, or than the memory that is free.

    Parameters
    ----------
    n_values : int
        Numbers that will be held.
    what : str
        What has so many, with its verb: "12 images of 30 x 32 pixels are".
    instead : str
        What the person can do.

    Raises
    ------
    DataError
        If there are too many.
    """
    if n_values > MAX_VALUES:
        raise DataError(f"{what} {n_values:,} numbers, more than {MAX_VALUES:,}; {instead}")
    free = available()
    if free is not None and n_values * BYTES_A_VALUE > free:
        raise DataError(
            f"{what} {n_values:,} numbers and need about {_megabytes(n_values * BYTES_A_VALUE)} of memory, but only "
            f"{_megabytes(free)} are free; {instead}, or close other programs"
        )


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 2**20:,.0f} MB"
