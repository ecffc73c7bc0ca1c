"""The small tables that ship with the program: reading them, and choosing and dividing their rows."""

from __future__ import annotations

import csv
import gzip
import io
from functools import cache
from typing import Annotated

from msgspec import Meta

import assets
from nlcore.errors import DataError

Number = Annotated[
    Annotated[int, Meta(ge=1)] | None, Meta(description="Use only so many examples, chosen by split_seed; else all.")
]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table under ``assets/data``, column name to text.

    Raises
    ------
    DataError
        If the file is missing or broken, which means that the program was not installed properly.
    """
    return tuple(csv.DictReader(io.StringIO(text(name))))


def text(name: str) -> str:
    """Return the text of a file under ``assets/data``, unpacked if its name ends in ``.gz``."""
    path = assets.path(f"data/{name}")
    try:
        packed = path.read_bytes()
        return (gzip.decompress(packed) if name.endswith(".gz") else packed).decode("ascii")
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}); install the program again") from None
