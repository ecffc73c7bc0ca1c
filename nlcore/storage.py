"""Saving a session in one file and opening it again: the same instant, bit for bit, and the same future.

A `.nllab` file is a zip of a TOML text and plain arrays (see the modules `storage_...`). It holds lesson, experiments,
interventions, the tree of runs of each track with curves and some states, the cursors, and what the window adds.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import tomli_w

from nlcore import storage_runs, storage_zip
from nlcore.errors import SessionFileError
from nlcore.history import History
from nlcore.records import FinishReason, TrainState
from nlcore.run_tree import RunTree
from nlcore.storage_records import (
    FORMAT,
    MOST_ASIDES,
    MOST_TRACKS,
    FileText,
    Fingerprint,
    StoredAside,
    StoredTrack,
    fingerprint,
    parse,
    plain,
    program_version,
    without_nothing,
)
from nlcore.storage_runs import RunWriter, TrackRuns
from nlcore.storage_zip import Member, Reader

SUFFIX: Final = ".nllab"
TEXT: Final = "session.toml"
LESSON: Final = "lesson.md"
MOST_LESSON: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson as it was written: its id and the bytes of its file."""

    id: str
    raw: bytes


@dataclass(frozen=True, slots=True, eq=False)
class SavedAside:
    """A tree of runs that a track does not show now, but undo or redo leads to.

    Attributes
    ----------
    tree : RunTree
        Its runs.
    presentations : int
        Where its cursor was.
    occasion : int
        The same for trees that tracks left together.
    """

    tree: RunTree
    presentations: int
    occasion: int


@dataclass(frozen=True, slots=True, eq=False)
class SavedTrack:
    """A track of a session.

    Attributes
    ----------
    name : str
        On screen.
    tree : RunTree
        Its runs; the current one is shown.
    cursors : mapping of int to TrainState
        Number of a run to the state at its cursor; the head where there is none.
    reason : FinishReason or None
        Why the current run ended, if it did.
    seconds : float or None
        How long it took, if that is known.
    earlier, later : tuple of SavedAside
        Where undo and redo lead when the tree itself has nothing to take back; the nearest last.
    """

    name: str
    tree: RunTree
    cursors: Mapping[int, TrainState] = field(default_factory=dict)
    reason: FinishReason | None = None
    seconds: float | None = None
    earlier: tuple[SavedAside, ...] = ()
    later: tuple[SavedAside, ...] = ()

    @property
    def cursor(self) -> TrainState:
        """The state that is shown."""
        return self.cursors.get(self.tree.current.number, self.tree.current.history.head)


@dataclass(frozen=True, slots=True, eq=False)
class SavedSession:
    """What a session file holds.

    Attributes
    ----------
    tracks : tuple of SavedTrack
        At least one.
    lesson : LessonText or None
        The lesson that is open.
    shown : int
        The track that has the person's attention.
    window : dict
        Whatever the window wants to keep, as plain values: selection, layout, speed.
    """

    tracks: tuple[SavedTrack, ...]
    lesson: LessonText | None = None
    shown: int = 0
    window: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A session that was read from a file.

    Attributes
    ----------
    session : SavedSession
        As it was saved.
    format : int
        Number of the file's format.
    program : str
        Version of the program that saved it.
    fingerprint : Fingerprint
        The machine on which it was saved.
    is_same_machine : bool
        Whether replay is bound to give the same bits here.
    stored : mapping of (int, int) to tuple of TrainState
        Track and number of a run to its states in the file, by growing presentations; for `replay_difference`.
    notes : tuple of str
        Sentences the person should read.
    """

    session: SavedSession
    format: int
    program: str
    fingerprint: Fingerprint
    is_same_machine: bool
    stored: Mapping[tuple[int, int], tuple[TrainState, ...]]
    notes: tuple[str, ...] = ()


# --- saving ----------------------------------------------------------------------------------------------------------


def save(path: Path, session: SavedSession) -> None:
    """Save a session; whatever happens, the path holds the old file or the new one, whole.

    Raises
    ------
    SessionFileError
        If it cannot be written.
    """
    write(path, pack(session))


def pack(session: SavedSession, room: int | None = None) -> list[Member]:
    """Take a session down as it is now, quickly; `write` may then work in another thread while training goes on.

    Parameters
    ----------
    session : SavedSession
        What is saved.
    room : int, optional
        Bytes that the states between start and head of all shown runs may take; with less they are spread wider.

    Raises
    ------
    SessionFileError
        If it cannot be expressed in a file.
    """
    if not 1 <= len(session.tracks) <= MOST_TRACKS:
        raise SessionFileError(f"a session file holds 1 to {MOST_TRACKS} tracks, not {len(session.tracks)}")
    writer = RunWriter(len(session.tracks), room)
    for number, track in enumerate(session.tracks):
        writer.add(number, track.tree, track.cursors)
    asides: list[StoredAside] = []
    for of, is_later, one in _asides(session)[:MOST_ASIDES]:
        writer.add(len(session.tracks) + len(asides), one.tree, {}, is_shown=False)
        asides.append(
            StoredAside(
                of=of,
                current=one.tree.current.number,
                is_later=is_later,
                presentations=one.presentations,
                occasion=one.occasion,
            )
        )
    text: dict[str, Any] = {
        "format": FORMAT,
        "program": program_version(),
        "fingerprint": plain(fingerprint()),
        "tracks": [plain(_stored(track)) for track in session.tracks],
        "asides": [plain(aside) for aside in asides],
        "shown": session.shown,
        "window": dict(session.window),
        **writer.tables(),
    }
    members = writer.members()
    if session.lesson is not None:
        text["lesson"] = session.lesson.id
        members.insert(0, Member(LESSON, session.lesson.raw))
    return [Member(TEXT, _as_toml(text)), *members]


def write(path: Path, packed: Sequence[Member]) -> None:
    """Write what `pack` returned; errors as in `save`."""
    storage_zip.write(path, packed)


def _stored(track: SavedTrack) -> StoredTrack:
    return StoredTrack(
        name=track.name,
        current=track.tree.current.number,
        reason=None if track.reason is None else track.reason.value,
        seconds=track.seconds,
    )


def _asides(session: SavedSession) -> list[tuple[int, bool, SavedAside]]:
    """Return all trees that no track shows: of which track, whether redo leads there, and the tree."""
    return [
        (number, is_later, one)
        for number, track in enumerate(session.tracks)
        for is_later, some in ((False, track.earlier), (True, track.later))
        for one in some
    ]


def _as_toml(text: Mapping[str, Any]) -> bytes:
    try:
        return tomli_w.dumps(without_nothing(text)).encode("utf-8", "replace")
    except (TypeError, ValueError) as error:
        raise SessionFileError(f"the session cannot be written as text: {error}") from None


# --- opening ---------------------------------------------------------------------------------------------------------


def open_file(path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> Opened:
    """Open a session file. Nothing is computed, so the cursors are where they were on every machine.

    Parameters
    ----------
    path : Path
        The file. It may come from anybody: nothing in it is run, and sizes are checked before anything is read.
    is_cancelled : callable, optional
        Asked again and again whether to stop.

    Raises
    ------
    CancelledError
        If it was stopped.
    SessionFileError
        If it cannot be read, is damaged, newer than this program, or needs data that are not on this machine.
    """
    with contextlib.closing(Reader(path, is_cancelled)) as reader:
        text = parse(reader.where, reader.text(TEXT))
        lesson = None
        if text.lesson is not None:
            lesson = LessonText(text.lesson, reader.read(LESSON, MOST_LESSON))
        restored = storage_runs.read(reader, text)
        n = len(text.tracks)
        if any(aside.of >= n for aside in text.asides):
            raise storage_zip.damaged(reader.where, "it has runs of a track that is not there")
        put_aside = list(zip(text.asides, restored[n:], strict=True))
        tracks = tuple(
            _track(stored, runs, [pair for pair in put_aside if pair[0].of == number])
            for number, (stored, runs) in enumerate(zip(text.tracks, restored[:n], strict=True))
        )
        if text.shown >= len(tracks):
            raise storage_zip.damaged(reader.where, f"there is no track {text.shown}")
    is_same = text.fingerprint == fingerprint()
    stored = {(i, number): states for i, runs in enumerate(restored[:n]) for number, states in runs.stored.items()}
    notes = () if is_same else (_elsewhere(text),)
    session = SavedSession(tracks, lesson, text.shown, text.window)
    return Opened(session, FORMAT, text.program, text.fingerprint, is_same, stored, notes)


def _track(stored: StoredTrack, runs: TrackRuns, asides: Sequence[tuple[StoredAside, TrackRuns]]) -> SavedTrack:
    reason = None if stored.reason is None else FinishReason(stored.reason)
    earlier, later = (
        tuple(SavedAside(found.tree, one.presentations, one.occasion) for one, found in asides if one.is_later is which)
        for which in (False, True)
    )
    return SavedTrack(stored.name, runs.tree, runs.cursors, reason, stored.seconds, earlier, later)


def _elsewhere(text: FileText) -> str:
    return (
        f"This session was saved on another kind of machine ({text.fingerprint}). It opens at exactly the saved "
        "moment; should training it again give other numbers here, the program says so."
    )


def read_window(path: Path) -> dict[str, Any]:
    """Return what the window added to a session file, without opening the runs in it.

    Raises
    ------
    SessionFileError
        If it cannot be read.
    """
    with contextlib.closing(Reader(path)) as reader:
        return parse(reader.where, reader.text(TEXT)).window


def replay_difference(history: History, stored: Sequence[TrainState], presentations: int) -> str:
    """Train again from one stored state to the next and say whether this machine gives the same numbers.

    Parameters
    ----------
    history : History
        A run that was opened.
    stored : sequence of TrainState
        Its states in the file, see `Opened.stored`.
    presentations : int
        A moment of the run; the stored states before and after it are compared.

    Returns
    -------
    str
        One sentence if they differ; empty if they do not, or if no stored state follows the moment.
    """
    before = [state for state in stored if state.counters.presentations <= presentations]
    after = [state for state in stored if state.counters.presentations > presentations]
    if not before or not after:
        return ""
    end = after[0]
    found = history.advance_from(before[-1], end.counters.presentations - before[-1].counters.presentations)
    if found.same_bits(end):
        return ""
    difference = ""
    if found.counters == end.counters:
        with np.errstate(invalid="ignore", over="ignore"):
            largest = float(np.max(np.abs(found.params - end.params), initial=0.0))
        difference = f" by up to {largest:.2g}" if np.isfinite(largest) and largest > 0.0 else ""
    return (
        f"Replay differs here from the machine on which this session was saved: after "
        f"{end.counters.presentations:,} presentations the weights differ{difference}. "
        "The saved moments themselves are exact."
    )


def with_window(opened: Opened, window: Mapping[str, Any]) -> SavedSession:
    """Return an opened session with other contents of the window's table."""
    return dataclasses.replace(opened.session, window=window)
