"""Work that is in no file of the person's: where it is kept, whose it is, and how long.

Every window that is open has a file of its own in the user's data folder, and a lock that is void when the program has
ended, however it did. What has no owner any more can be brought back; the newest five are kept.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs
from PySide6.QtCore import QLockFile

from app.sentences import counted
from nlcore import storage
from nlcore.errors import LabError
from nlcore.storage import SUFFIX, SavedSession

MOST_KEPT: Final = 5
MOST_WORDS: Final = 80
STALE_SECONDS: Final = 3600
NOTE: Final = "kept"


def folder() -> Path:
    """Return where it is kept; it may not exist."""
    return Path(platformdirs.user_data_dir("nllab")) / "unsaved"


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # whether its owner lives counts, not how old it is
    return lock


@dataclass(frozen=True, slots=True, eq=False)
class KeptWork:
    """Work of a window that is not open any more.

    Attributes
    ----------
    path : Path
        The session file.
    saved_at : datetime
        When it was kept.
    lesson : str
        Title of its lesson.
    words : str
        How much it is: "3 changes, 120 epochs".
    document : str
        The file that the person had open; empty if none.
    is_closed : bool
        Whether the window was closed, rather than the program having ended by accident.
    """

    path: Path
    saved_at: dt.datetime
    lesson: str
    words: str
    document: str
    is_closed: bool

    @property
    def when(self) -> str:
        """When it was kept: the time of today, else the day too."""
        is_today = self.saved_at.date() == dt.datetime.now().astimezone().date()
        return f"{self.saved_at:%H:%M}" if is_today else f"{self.saved_at:%Y-%m-%d %H:%M}"

    @property
    def name(self) -> str:
        """Say what it is in a line."""
        return f"{self.when}, {self.lesson}" + (f" ({self.words})" if self.words else "")

    def take(self) -> QLockFile | None:
        """Make it ours, so that no other window takes it too; None if one has, or if it is gone."""
        lock = _lock(self.path)
        if not lock.tryLock(0):
            return None
        if not self.path.is_file():
            lock.unlock()
            return None
        return lock

    def discard(self) -> None:
        """Delete it, unless another window has it."""
        lock = self.take()
        if lock is not None:
            _delete(self.path)
            lock.unlock()


class KeptFile:
    """The file of a window that is open."""

    def __init__(self) -> None:
        self.path = folder() / f"{secrets.token_hex(8)}{SUFFIX}"
        self._lock: QLockFile | None = None

    def claim(self) -> None:
        """Take the lock; do so before anything is written.

        Raises
        ------
        LabError
            If nothing can be written there.
        """
        if self._lock is not None:
            return
        lock = _lock(self.path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LabError(f"{self.path.parent}: cannot be made ({error.strerror or error})") from None
        if not lock.tryLock(0):
            raise LabError(f"{self.path.parent}: nothing can be written there")
        self._lock = lock

    def delete(self) -> None:
        """Take the file away: there is nothing to bring back."""
        _delete(self.path)

    def give_up(self) -> None:
        """Let others have the file, if there is one."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def note(lesson: str, session: SavedSession, document: str, *, is_closed: bool) -> dict[str, Any]:
    """Return what is written down about kept work, to be told without opening it."""
    tree = session.tracks[0].tree
    changes, epochs = len(tree.nodes) - 1, tree.current.history.head.counters.epochs
    said = [counted(len(session.tracks), "track")] if len(session.tracks) > 1 else []
    said += [counted(changes, "change")] if changes else []
    said += [counted(epochs, "epoch")] if epochs else []
    return {
        "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "lesson": lesson,
        "words": ", ".join(said),
        "document": document,
        "is_closed": is_closed,
    }


def find() -> list[KeptWork]:
    """Return work without an owner, the newest first; the oldest of too many is deleted.

    What cannot be read stays: it may be of a newer version of the program.
    """
    found = []
    _sweep()
    with contextlib.suppress(OSError):
        for path in folder().glob(f"*{SUFFIX}"):
            lock = _lock(path)
            if not path.name.startswith(".") and lock.tryLock(0):
                with contextlib.suppress(LabError):
                    found.append(_read(path))
                lock.unlock()
    found.sort(key=lambda kept: kept.saved_at, reverse=True)
    for kept in found[MOST_KEPT:]:
        kept.discard()
    return found[:MOST_KEPT]


def _sweep() -> None:
    """Delete what writes have left behind that were interrupted long ago."""
    with contextlib.suppress(OSError):
        for path in folder().glob(".*.tmp"):
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                _delete(path)


def _read(path: Path) -> KeptWork:
    written: Mapping[str, Any] = storage.read_window(path)
    given = written.get(NOTE)
    given = given if isinstance(given, Mapping) else {}
    words = {name: _text(given.get(name)) for name in ("at", "lesson", "words")}
    document = given.get("document")
    try:
        saved_at = dt.datetime.fromisoformat(words["at"]).astimezone()
    except (ValueError, OverflowError, OSError):
        saved_at = dt.datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return KeptWork(
        path,
        saved_at,
        words["lesson"] or "a session",
        words["words"],
        document if isinstance(document, str) else "",
        given.get("is_closed") is True,
    )


def _text(value: object) -> str:
    return value[:MOST_WORDS] if isinstance(value, str) else ""


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
