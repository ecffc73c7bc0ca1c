"""Session files on the command line: `nllab run --save`, and `nllab open FILE` without a window.

No Qt here. What is told of an opened session is what `nllab run --json` tells of a trained lesson, at the cursors, and
the tree of runs of each track besides.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import headless
from app.headless import Track
from app.lesson import Lesson, read_lesson
from app.sentences import counters_sentence
from nlcore import exports, storage
from nlcore.errors import LabError
from nlcore.exports import Weights
from nlcore.records import FinishReason
from nlcore.run_tree import Node, RunTree
from nlcore.storage import LessonText, Opened, SavedSession, SavedTrack


def session_of(lesson: Lesson, tracks: Sequence[Track]) -> SavedSession:
    """Return trained tracks as a session, each with one run and the cursor at its head.

    Raises
    ------
    LabError
        If the lesson's file cannot be read any more.
    """
    try:
        raw = lesson.path.read_bytes()
    except OSError as error:
        raise LabError(f"{lesson.path}: cannot be read again ({error.strerror or error})") from None
    found = [
        SavedTrack(track.name, RunTree(track.history), {}, track.reason, round(track.seconds, 3)) for track in tracks
    ]
    return SavedSession(tuple(found), LessonText(lesson.id, raw))


def lesson_of(session: SavedSession, folder: Path) -> Lesson | None:
    """Return the lesson of a session as it was written; None if it has none.

    Parameters
    ----------
    session : SavedSession
        What was opened.
    folder : Path
        Where the session file lies.

    Raises
    ------
    LessonError
        If the text is no lesson for this version of the program.
    """
    if session.lesson is None:
        return None
    return read_lesson(folder / f"{session.lesson.id}.md", session.lesson.raw)


def tracks_of(opened: Opened) -> list[Track]:
    """Return the runs that the tracks of an opened session show."""
    found = []
    for track in opened.session.tracks:
        history = track.tree.current.history
        reason = track.reason if track.cursor is history.head else None
        found.append(
            Track(
                track.name,
                history,
                history.curves,
                reason or FinishReason.LIMIT,
                track.seconds or 0.0,
                cursor=track.cursor,
            )
        )
    return found


def report(opened: Opened, tracks: list[Track]) -> dict[str, Any]:
    """Return what `nllab open --json` prints."""
    lesson = opened.session.lesson
    found = headless.report_of(lesson.id if lesson is not None else None, tracks)
    for told, track in zip(found["tracks"], opened.session.tracks, strict=True):
        told["run"] = track.tree.current.number
        told["runs"] = [_run_report(node) for node in track.tree.nodes]
    found["session"] = {
        "format": opened.format,
        "program": opened.program,
        "saved_on": str(opened.fingerprint),
        "is_same_machine": opened.is_same_machine,
        "shown": opened.session.shown,
        "notes": list(opened.notes),
    }
    return found


def _run_report(node: Node) -> dict[str, Any]:
    counters = node.history.head.counters
    return {
        "number": node.number,
        "parent": None if node.parent is None else node.parent.number,
        "at": node.at,
        "label": node.label,
        "interventions": len(node.history.run.interventions),
        "counters": headless.counters_report(counters),
    }


def weights_of(tracks: Sequence[Track]) -> list[Weights]:
    """Return the weights at the cursor of each track."""
    found = []
    for track in tracks:
        model = track.history.trainer_at(track.shown.counters.presentations).model
        found.append(Weights(track.name, model, track.shown.params))
    return found


def write_outputs(options: Any, lesson: Lesson, tracks: Sequence[Track]) -> None:
    """Write what `--save` and `--weights` ask for after a training."""
    if options.weights is not None:
        exports.write_weights(options.weights, weights_of(tracks))
    if options.save is not None:
        storage.save(options.save, session_of(lesson, tracks))


def open_command(options: Any) -> int:
    """`nllab open`."""
    opened = storage.open_file(options.file)
    tracks = tracks_of(opened)
    for track in tracks:
        track.history.trainer.model.prepare()  # a best moment in the past may have to be computed again
    if options.weights is not None:
        exports.write_weights(options.weights, weights_of(tracks))
    if options.curves is not None:
        headless.write_curves(options.curves, tracks)
    if options.json is not None:
        text = headless.as_json(report(opened, tracks)) + "\n"
        if options.json == "-":
            sys.stdout.write(text)
        else:
            exports.write_bytes(Path(options.json), text.encode("utf-8"))
    for note in opened.notes:
        sys.stderr.write(note + "\n")
    if options.json != "-":
        _summarise(opened, tracks)
    return 0


def _summarise(opened: Opened, tracks: Sequence[Track]) -> None:
    lesson = opened.session.lesson
    sys.stdout.write(f"lesson: {lesson.id if lesson is not None else 'none'}\n")
    for track, saved in zip(tracks, opened.session.tracks, strict=True):
        sys.stdout.write(f"{track.name}: at {counters_sentence(track.shown.counters)}\n")
        for node in saved.tree.nodes:
            mark = "*" if node is saved.tree.current else " "
            change = node.label or "the first run"
            sys.stdout.write(f"  {mark} {node.number + 1} {change}: {counters_sentence(node.history.head.counters)}\n")
