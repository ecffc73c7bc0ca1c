"""Lessons, fonts, icons and small data tables that ship with the program."""

from __future__ import annotations

from pathlib import Path


def path(name: str) -> Path:
    """Return where an asset lies, for example ``path("lessons/xor.md")``.

    Parameters
    ----------
    name : str
        Path below the assets folder, with forward slashes.
    """
    return Path(__file__).parent.joinpath(*name.split("/"))
