"""The open session as a file holds it, and the way back: runs, cursors, lesson, and what the window shows of them.

What comes from a file is data of a stranger. Qt's own arrangement of a window is taken only from files that this
program wrote for this person, since Qt trusts those bytes; from any other file only the names of panes are.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.frame import Selection
from app.lesson import Lesson, read_lesson
from app.track import MOST_EARLIER, MOST_TRACKS, Earlier, Track
from nlcore import storage
from nlcore.errors import LessonError
from nlcore.families import Model
from nlcore.records import SET_NAMES
from nlcore.run_tree import RunTree
from nlcore.storage import LessonText, Opened, SavedAside, SavedSession, SavedTrack

if TYPE_CHECKING:
    from app.session import Session

MOST_LAYOUT: Final = 100_000
MOST_COLUMNS, MOST_PANES, MOST_WORDS = 4, 40, 200
Work = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OpenedWork:
    """A session file that was read, ready to be shown.

    Attributes
    ----------
    path : Path
        The file.
    opened : Opened
        What is in it.
    lesson : Lesson
        The lesson of the session; one made up for it where the file has none that can be used.
    notes : tuple of str
        Sentences the person should read.
    """

    path: Path
    opened: Opened
    lesson: Lesson
    notes: tuple[str, ...]


def work(tracks: Sequence[Track]) -> Work:
    """Return what has been done in tracks, as a value: equal as long as nothing is lost by going away."""
    return tuple((track.name, _work(track.tree), len(track.earlier), len(track.later)) for track in tracks)


def _work(tree: RunTree) -> Work:
    runs = []
    for node in tree.nodes:
        run, head = node.history.run, node.history.head.counters
        runs.append((node.number, run.experiment, run.interventions, head.presentations))
    return (tree.current.number, tuple(runs))


def taken(lesson: Lesson | None, tracks: Sequence[Track], window: Mapping[str, Any]) -> SavedSession:
    """Return a session as it is now; nothing is copied yet, so `storage.pack` it before it goes on.

    Parameters
    ----------
    lesson : Lesson or None
        The lesson that is open.
    tracks : sequence of Track
        The lead first.
    window : mapping
        What the window adds, see `window_table`.
    """
    occasions: dict[int, int] = {}

    def asides(some: Sequence[Earlier]) -> tuple[SavedAside, ...]:
        return tuple(
            SavedAside(one.tree, one.presentations, occasions.setdefault(id(one.occasion), len(occasions)))
            for one in some
        )

    saved = tuple(
        SavedTrack(
            track.name, track.tree, {track.tree.current.number: track.cursor}, track.reason,
            earlier=asides(track.earlier), later=asides(track.later),
        )
        for track in tracks
    )  # fmt: skip
    looks = [{"number": track.number, "is_hidden": track.is_hidden} for track in tracks]
    text = LessonText(lesson.id, lesson.raw) if lesson is not None and lesson.raw else None
    return SavedSession(saved, text, 0, {**window, "tracks": looks})


def tracks_of(session: SavedSession) -> list[Track]:
    """Return the tracks of a session that was read, where their cursors are."""
    looks = session.window.get("tracks")
    looks = looks if isinstance(looks, list) else []
    given = [look if isinstance(look, Mapping) else {} for look in looks][: len(session.tracks)]
    numbers = [look.get("number") for look in given]
    is_sound = len(set(map(str, numbers))) == len(session.tracks) and all(
        type(number) is int and 1 <= number <= MOST_TRACKS for number in numbers
    )
    found, occasions = [], defaultdict[int, object](object)
    for place, saved in enumerate(session.tracks):
        track = Track(numbers[place] if is_sound else place + 1, saved.name, saved.tree)  # type: ignore[arg-type]
        track.cursor = saved.cursor
        track.is_hidden = is_sound and place > 0 and given[place].get("is_hidden") is True
        if saved.reason is not None and saved.cursor is track.history.head:
            track.finish(saved.reason)
        track.earlier, track.later = (
            [Earlier(one.tree, one.presentations, occasions[one.occasion]) for one in some[-MOST_EARLIER:]]
            for some in (saved.earlier, saved.later)
        )
        found.append(track)
    return found


def window_table(selection: Selection, speed: str, layout: str, columns: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return what the window adds to a session file."""
    pointed: dict[str, Any] = {}
    if selection.example is not None:
        pointed["example"] = list(selection.example)
    if selection.unit is not None:
        pointed["unit"] = list(selection.unit)
    if selection.weight is not None:
        pointed["weight"] = list(selection.weight)
    return {"speed": speed, "selection": pointed, "layout": layout, "panes": [list(column) for column in columns]}


def digest(layout: str) -> str:
    """Return a short text that stands for an arrangement; no other arrangement has the same."""
    return hashlib.sha256(layout.encode("utf-8", "replace")).hexdigest()[:32]


def speed_of(window: Mapping[str, Any]) -> str:
    """Return the label of the speed that a file names; empty if it names none."""
    return _text(window.get("speed"))


def layout_of(window: Mapping[str, Any], own: Sequence[str]) -> str:
    """Return the arrangement in a file if it is one of a person's own; empty otherwise."""
    layout = window.get("layout")
    is_own = isinstance(layout, str) and len(layout) <= MOST_LAYOUT and digest(layout) in own
    return str(layout) if is_own else ""


def columns_of(window: Mapping[str, Any]) -> list[list[str]]:
    """Return the names of the panes that a file shows, column by column; no name twice."""
    columns, seen = window.get("panes"), {""}
    found: list[list[str]] = []
    for column in columns[:MOST_COLUMNS] if isinstance(columns, list) else ():
        names = map(_text, column[:MOST_PANES]) if isinstance(column, list) else ()
        found.append([name for name in dict.fromkeys(names) if name not in seen])
        seen.update(found[-1])
    return found


def selection_of(window: Mapping[str, Any], model: Model) -> Selection:
    """Return the selection that a file names, as far as what it points at is there in the lead's model."""
    pointed = window.get("selection")
    pointed = pointed if isinstance(pointed, Mapping) else {}
    example, unit = _pair(pointed.get("example")), _pair(pointed.get("unit"))
    data, network = model.data, model.experiment.network
    chosen, place = None, None
    if example is not None and data is not None and isinstance(example[1], int):
        for name in SET_NAMES:
            if name == example[0] and 0 <= example[1] < len(data.sets[name]):
                chosen = (name, example[1])
    if unit is not None and network is not None and all(isinstance(part, int) for part in unit):
        layer, index = unit
        if 0 <= layer < len(network.layers) and 0 <= index < network.layers[layer]:
            place = (layer, index)
    return Selection(chosen, place, _weight(pointed.get("weight"), network.layers if network is not None else ()))


def _weight(value: object, layers: Sequence[int]) -> tuple[int, int, int] | None:
    """Return the weight that a file names, if the network has it."""
    if not isinstance(value, list) or len(value) != 3 or any(type(part) is not int for part in value):
        return None
    layer, unit, source = value
    is_there = 0 <= layer < len(layers) - 1 and 0 <= unit < layers[layer + 1] and -1 <= source < layers[layer]
    return (layer, unit, source) if is_there else None


def _pair(value: object) -> tuple[Any, Any] | None:
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(part, bool) for part in value):
        return value[0], value[1]
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MOST_WORDS else ""


# --- opening ---------------------------------------------------------------------------------------------------------


def read(path: Path) -> OpenedWork:
    """Read a session file; this may take a second, so do it beside the window.

    Raises
    ------
    SessionFileError
        If it cannot be opened.
    """
    opened = storage.open_file(path)
    text = opened.session.lesson
    notes = list(opened.notes)
    lesson = None
    if text is not None:
        try:
            lesson = read_lesson(path.with_name(f"{text.id}.md"), text.raw)
        except LessonError as error:
            notes.append(f"The lesson in {path.name} cannot be shown, only its runs: {error}.")
    return OpenedWork(path, opened, lesson or made_up(path, opened), tuple(notes))


def made_up(path: Path, opened: Opened) -> Lesson:
    """Return a lesson for a session that has none: its experiment and a few words."""
    experiment = opened.session.tracks[0].tree.root.history.run.experiment
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "session"
    title = f"Session {path.stem}"[:MOST_WORDS]
    text = "# A session without a lesson\n\nThe file holds runs, but no text to read.\n"
    panes = ("network_diagram", "error_curves", "examples")
    return Lesson(f"session-{stem}"[:MOST_WORDS], title, "Sessions", 0, (), panes, experiment, (), (), text, path)


def replay_sentence(found: OpenedWork) -> str:
    """Train a part of each shown run again and say whether it comes out as in the file; this may take long.

    Empty where it does, and where the file comes from a machine like this one.
    """
    if found.opened.is_same_machine:
        return ""
    for number, track in enumerate(found.opened.session.tracks):
        node = track.tree.current
        stored = found.opened.stored.get((number, node.number), ())
        moments = [state.counters.presentations for state in stored]
        for moment in moments[len(moments) // 2 : len(moments) // 2 + 1] + moments[:1]:
            said = storage.replay_difference(node.history, stored, moment)
            if said:
                return said
    return ""


def show(session: Session, found: OpenedWork) -> None:
    """Show what was read, at the very moment at which it was saved."""
    session.restore(found.lesson, tracks_of(found.opened.session))
