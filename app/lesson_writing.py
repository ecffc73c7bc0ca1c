"""Writing a lesson: the experiment of the open session as a file that a person can go on writing in.

What is written is read again before it is given away, so that what comes out is a lesson with an equal experiment.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomli_w

from app.lesson import FENCE, FIRST_TRACK, SUBCOMMANDS, Lesson, read_lesson
from nlcore.errors import ExperimentError, LessonError
from nlcore.experiment import Experiment

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ID: Final = "[a-z0-9][a-z0-9-]*"
MOST_ID, MOST_LINE = 60, 200
KEPT: Final = ("lecture", "form")
"""Fields of the open lesson that the new one takes over."""
SKELETON: Final = """# {title}

## What you see

Say what the panes show, and what is special about this experiment.

## Predict first

::: predict What will happen?
Say what one can expect, and why.
:::

## Try

1. [Restart](action:restart) and [train one epoch](action:step?unit=epoch&n=1).
2. [Run 100 epochs](action:run?epochs=100) and watch the [error curves](action:pane?id=error_curves).

## Questions

::: answer What did the network learn?
Your answer.
:::
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new lesson shall be.

    Attributes
    ----------
    id, title, part : str
        The name of its file, the name on the screen, the part of the lecture.
    panes : tuple of str
        Panes to open.
    tracks : tuple of (str, Experiment)
        The first is the lesson's own experiment, the others become variants.
    base : Lesson or None
        The lesson that is open; its text is kept.
    """

    id: str
    title: str
    part: str
    panes: tuple[str, ...]
    tracks: tuple[tuple[str, Experiment], ...]
    base: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A new lesson: the bytes of its file, and sentences about what could not be taken over."""

    raw: bytes
    notes: tuple[str, ...] = ()


def id_from(title: str) -> str:
    """Return an id for a title: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST_ID].strip("-") or "lesson"


def wrong_id(lesson_id: str, taken: Sequence[str]) -> str:
    """Say in a sentence why an id cannot be used; empty if it can."""
    if not re.fullmatch(ID, lesson_id) or len(lesson_id) > MOST_ID:
        return "The id has small letters, digits and hyphens, and begins with a letter or a digit."
    if lesson_id in SUBCOMMANDS:
        return f"“{lesson_id}” is a word of the command line; choose another id."
    if lesson_id in taken:
        return f"There is a lesson “{lesson_id}” already; choose another id."
    return ""


def write(draft: Draft) -> Written:
    """Return the file of a new lesson.

    Raises
    ------
    LessonError
        If no lesson can be made of it.
    """
    front: dict[str, Any] = {
        "id": draft.id,
        "title": " ".join(draft.title.split())[:MOST_LINE],
        "part": " ".join(draft.part.split())[:MOST_LINE],
        "order": draft.base.order if draft.base is not None else 1000,
        "lecture": [],
        "panes": list(draft.panes),
    }
    kept = {name: value for name, value in _front(draft.base).items() if name in KEPT}
    variants, notes = _variants(draft.tracks)
    front |= {"first_track": _track_name(draft.tracks[0][0])} if len(draft.tracks) > 1 else {}
    body = {"experiment": draft.tracks[0][1].to_dict()} | ({"variants": variants} if variants else {})
    text = draft.base.text if draft.base is not None and draft.base.text.strip() else SKELETON.format(title=draft.title)
    error: LessonError | None = None
    for more in (kept, {}):  # a form may name a setting that this experiment does not have
        scalars = {name: value for name, value in more.items() if not isinstance(value, dict)}
        tables = {name: value for name, value in more.items() if isinstance(value, dict)}
        raw = f"{FENCE}\n{tomli_w.dumps({**front, **scalars, **body, **tables})}{FENCE}\n{text}".encode()
        try:
            lesson = read_lesson(Path(f"{draft.id}.md"), raw)
        except LessonError as found:
            error = error or found
            continue
        if lesson.experiment != draft.tracks[0][1]:
            raise LessonError(f"{draft.id}.md: this experiment cannot be written down in a lesson")
        return Written(raw, notes)
    assert error is not None
    raise error


def _front(base: Lesson | None) -> Mapping[str, Any]:
    """Return the front matter of the open lesson."""
    if base is None or not base.raw:
        return {}
    lines = base.raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((place for place, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    try:
        return tomllib.loads("\n".join(lines[1:end]))
    except (ValueError, RecursionError):
        return {}


def _variants(tracks: Sequence[tuple[str, Experiment]]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    (first_name, first), *others = tracks
    found: list[dict[str, Any]] = []
    left_out = []
    for given, experiment in others:
        name = _track_name(given)
        names = [_track_name(first_name), *(variant["name"] for variant in found)]
        while name in names:
            name = f"{name[: MOST_LINE - 2]}'"
        changes = difference(first, experiment)
        if changes:
            found.append({"name": name, "set": changes})
        else:
            left_out.append(name)
    notes = f"Left out, because a lesson cannot say what makes it different: {', '.join(left_out)}." if left_out else ""
    return found, (notes,) if notes else ()


def _track_name(given: str) -> str:
    return " ".join(given.split())[:MOST_LINE] or FIRST_TRACK


def difference(one: Experiment, other: Experiment) -> dict[str, Any]:
    """Return the fields that make one experiment another, as a lesson's variant sets them; empty if that cannot be."""
    for depth in (2, 1):  # single settings where that can be, else whole parts
        changes = _changes(one.to_dict(), other.to_dict(), depth)
        try:
            if changes and one.replace(changes) == other:
                return changes
        except ExperimentError:
            continue
    return {}


def _changes(one: Mapping[str, Any], other: Mapping[str, Any], depth: int, place: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dict.fromkeys((*one, *other)):
        mine, theirs, dotted = one.get(name), other.get(name), f"{place}{name}"
        if mine == theirs:
            continue
        is_part = isinstance(mine, dict) and isinstance(theirs, dict) and "name" not in {*mine, *theirs}
        if depth > 1 and is_part:
            found |= _changes(mine, theirs, depth - 1, f"{dotted}.")  # type: ignore[arg-type]
        elif theirs is not None:
            found[dotted] = theirs
    return found
