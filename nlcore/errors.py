"""The errors a person can cause, and how they are told.

Every message is one clear line: what is wrong, where, and what to do. A program error keeps Python's own
exceptions; only mistakes in an experiment, a file or a command become a `LabError`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LabError(Exception):
    """Base of all errors whose message is meant for the person at the screen."""


class ExperimentError(LabError):
    """An experiment asks for something that does not exist or does not fit together."""


class DataError(LabError):
    """A data set cannot be read, or what was read is not what it should be."""


class LessonError(LabError):
    """A lesson file is wrong; the message names the file, the line and the field."""


class SessionFileError(LabError):
    """A session file cannot be saved, or what is in it cannot be opened."""


class CancelledError(LabError):
    """The person stopped a long operation; nothing of it is kept."""


def unknown(kind: str, name: str, known: Iterable[str], where: str = "") -> str:
    """Return the sentence for a name that is not known, with the nearest known ones.

    Parameters
    ----------
    kind : str
        What was looked up, for example ``"lesson"``.
    name : str
        The name that was given.
    known : iterable of str
        The names that exist.
    where : str
        The place it stands, for example ``"training.rule"``; may be empty.
    """
    names = sorted(known)
    by_lower = {known_name.lower(): known_name for known_name in names}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    hint = f"did you mean {by_lower[close[0]]!r}? " if close else ""
    place = f"{where}: " if where else ""
    listed = ", ".join(names) if names else "none"
    return f"{place}unknown {kind} {name!r}; {hint}known: {listed}"
