"""A lesson: a text to read, an experiment to drive, and what it promises to show.

A lesson is one Markdown file with TOML front matter between ``+++`` lines. It is data, written by lecturers with any
editor, so reading one is strict: whatever is wrong becomes a `LessonError` of one line with file, line and field.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from msgspec import Meta

import assets
from app import lesson_text
from app.lesson_expectation import Expectation, Outcome, check
from app.lesson_form import EVERYTHING, Form, check_form
from app.lesson_lines import field_lines, line_of
from app.lesson_names import check_names
from nlcore import discovery
from nlcore.errors import ExperimentError, LessonError, unknown
from nlcore.experiment import Experiment, Record, convert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
SUBCOMMANDS: Final = ("list", "run", "shot", "data", "open")
"""Words of the command line that cannot be the id of a lesson."""
SIZE_LIMIT: Final = 1_000_000
"""Bytes; no honest lesson comes near it."""
MESSAGE_LIMIT: Final = 400
FENCE: Final = "+++"
FIRST_TRACK: Final = "lesson"
"""Name of track 0, the lesson's own settings, unless it is called otherwise."""
Line = Annotated[str, Meta(min_length=1, max_length=200)]


class Heading(Record, frozen=True, forbid_unknown_fields=False):
    """What a list of lessons shows of one; quick to read."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]*$")]
    title: Line
    part: Line
    order: int
    lecture: tuple[Line, ...]


class Variant(Record, frozen=True):
    """A second experiment beside the first: the same with some fields changed."""

    name: Line
    set: dict[str, Any]


class FrontMatter(Heading, frozen=True, forbid_unknown_fields=True):
    """Everything a lesson file says besides its text."""

    panes: Annotated[tuple[str, ...], Meta(min_length=1)]
    experiment: Experiment
    first_track: Line = FIRST_TRACK
    variants: Annotated[tuple[Variant, ...], Meta(max_length=7)] = ()
    expect: tuple[Expectation, ...] = ()
    form: Form = EVERYTHING


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson in a list: what is needed to offer it, without its text and its experiment."""

    id: str
    title: str
    part: str
    order: int
    lecture: tuple[str, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    id, title, part : str
        The file's name, the name on screen, the part of the lecture.
    order : int
        Place among all lessons.
    lecture : tuple of str
        Headings of the lecture that it covers.
    panes : tuple of str
        Panes to open, the most important first.
    experiment : Experiment
        What is trained.
    variants : tuple of Variant
        Experiments to compare with it.
    expectations : tuple of Expectation
        What its text claims, in numbers.
    text : str
        Markdown.
    path : Path
        The file.
    form : Form
        Which settings are in sight, and which stay as they are.
    first_track : str
        What the track of the experiment itself is called.
    raw : bytes
        What was in it.
    """

    id: str
    title: str
    part: str
    order: int
    lecture: tuple[str, ...]
    panes: tuple[str, ...]
    experiment: Experiment
    variants: tuple[Variant, ...]
    expectations: tuple[Expectation, ...]
    text: str
    path: Path
    form: Form = EVERYTHING
    first_track: str = FIRST_TRACK
    raw: bytes = field(default=b"", repr=False, compare=False)

    def tracks(self, changes: Mapping[str, Any] | None = None) -> tuple[tuple[str, Experiment], ...]:
        """Return name and experiment of every track: the lesson's own, then its variants.

        Parameters
        ----------
        changes : mapping of str to object, optional
            Dotted field names to values, made in every track before its variant.

        Raises
        ------
        ExperimentError
            If a change names no field or has a wrong value.
        """
        first = self.experiment.replace(changes) if changes else self.experiment
        return ((self.first_track, first), *((v.name, first.replace(v.set, v.name)) for v in self.variants))

    def compared(self, settings: Sequence[tuple[str, Any]]) -> Lesson:
        """Return the lesson with one more variant for each of these settings."""
        more = (Variant(f"{name.rpartition('.')[2].replace('_', ' ')} {_said(v)}", {name: v}) for name, v in settings)
        return replace(self, variants=(*self.variants, *more))


def _said(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float | int) else str(value).replace("_", " ")


def lesson_paths() -> tuple[Path, ...]:
    """Return the files of all lessons that ship with the program, by name."""
    return tuple(sorted(assets.path("lessons").glob("*.md")))


def list_lessons() -> tuple[LessonEntry, ...]:
    """Return all lessons in order, reading only the front matter of each.

    Raises
    ------
    LessonError
        If one of them has no proper title, part or order.
    """
    return tuple(sorted(map(_read_entry, lesson_paths()), key=lambda entry: (entry.order, entry.id)))


def all_lessons() -> tuple[Lesson, ...]:
    """Return all lessons in order, fully read and checked; `list_lessons` is quicker.

    Raises
    ------
    LessonError
        If one of them is wrong.
    """
    return tuple(sorted(map(read_lesson, lesson_paths()), key=lambda lesson: (lesson.order, lesson.id)))


def find_lesson(lesson_id: str) -> Lesson:
    """Read the lesson of that id.

    Raises
    ------
    LessonError
        If there is none, or it is wrong.
    """
    paths = {path.stem: path for path in lesson_paths()}
    if lesson_id not in paths:
        raise LessonError(unknown("lesson", lesson_id, paths))
    return read_lesson(paths[lesson_id])


def read_lesson(path: Path, raw: bytes | None = None) -> Lesson:
    """Read and check a lesson file.

    Parameters
    ----------
    path : Path
        The file.
    raw : bytes, optional
        What is in it, where it is not on the disk; its links may then name lessons that are not here.

    Raises
    ------
    LessonError
        One line that names file, line and field.
    """
    source = _Source(path, raw)
    try:
        front = source.convert(FrontMatter)
        _check_front(source, front)
        _check_text(source)
    except RecursionError:
        raise source.error("is nested too deeply", 1) from None
    return Lesson(
        id=front.id,
        title=front.title,
        part=front.part,
        order=front.order,
        lecture=front.lecture,
        panes=front.panes,
        experiment=front.experiment,
        variants=front.variants,
        expectations=front.expect,
        text=source.text,
        path=path,
        form=front.form,
        first_track=front.first_track,
        raw=source.raw,
    )


def _read_entry(path: Path) -> LessonEntry:
    source = _Source(path)
    head = source.convert(Heading)
    _check_id(source, head)
    return LessonEntry(head.id, head.title, head.part, head.order, head.lecture, path)


def check_expectation(lesson: Lesson, expectation: Expectation, changes: Mapping[str, Any] | None = None) -> Outcome:
    """Train a lesson's track for every seed of an expectation, and say how many keep it.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    expectation : Expectation
        One of its expectations.
    changes : mapping of str to object, optional
        Made in every track before its variant, for example ``{"training.learning_rate": 0.0}``.
    """
    name, experiment = lesson.tracks(changes)[expectation.track]
    return check(f"{lesson.id}, track {expectation.track} ({name})", experiment, expectation)


class _Source:
    """A lesson file taken apart: the table of its front matter, its text, and where things stand in it."""

    def __init__(self, path: Path, raw: bytes | None = None) -> None:
        self.path, self.is_on_disk = path, raw is None
        self.raw = self._bytes() if raw is None else raw
        lines = self._load().replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if lines[0].rstrip() != FENCE:
            raise self.error(f"expected {FENCE} alone, which opens the front matter", 1)
        end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
        if not end:
            raise self.error(f"the front matter opened here is not closed by a second line with {FENCE} alone", 1)
        self.front_lines = lines[1:end]
        self.text = "\n".join(lines[end + 1 :]).strip("\n") + "\n"
        blank = next((i for i, line in enumerate(lines[end + 1 :]) if line), 0)
        self.text_line = end + 2 + blank
        self.tree = self._tree()

    def _bytes(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(SIZE_LIMIT + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise LessonError(f"{self.path.name}: cannot be read: {reason}") from None

    def _load(self) -> str:
        raw = self.raw
        if len(raw) > SIZE_LIMIT:
            raise LessonError(f"{self.path.name}: is larger than {SIZE_LIMIT // 1000} kB, so it is no lesson")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise self.error("the file is not UTF-8 text", line) from None

    def _tree(self) -> dict[str, Any]:
        try:
            return tomllib.loads("\n".join(self.front_lines))
        except tomllib.TOMLDecodeError as error:
            text, _, place = str(error).partition(" (at ")
            at = re.match(r"line (\d+)", place)
            line = int(at[1]) + 1 if at else len(self.front_lines) + 1
            raise self.error(f"not valid TOML: {text[:1].lower()}{text[1:]}", line) from None
        except (ValueError, RecursionError):
            raise self.error("not valid TOML: too deep or too large a value", 2) from None

    def convert(self, kind: type[T]) -> T:
        """Build a record from the front matter."""
        try:
            return convert(self.tree, kind)
        except ExperimentError as error:
            raise self.field_error(str(error)) from None
        except RecursionError:
            raise self.error("is nested too deeply", 2) from None

    def error(self, message: str, line: int) -> LessonError:
        """Return an error at a line of the file, counted from 1."""
        said = " ".join(message.split())
        if len(said) > MESSAGE_LIMIT:
            said = said[: MESSAGE_LIMIT - 3] + "..."
        return LessonError(f"{self.path.name}, line {line}: {said}")

    def field_error(self, message: str, place: str = "") -> LessonError:
        """Return an error at the line of a field; the dotted name stands in `place` and before the message."""
        named = re.match(r"([\w.\[\]-]+): (.*)", message, re.DOTALL)
        dotted = ".".join(part for part in (place, named[1] if named else "") if part)
        text = named[2] if named else message
        extra = re.match(r"unknown field '([^']*)'", text)
        path = re.findall(r"[^.\[\]]+", dotted) + ([extra[1]] if extra else [])
        line = line_of(field_lines(self.front_lines), path) + 2
        return self.error(f"{dotted}: {text}" if dotted else text, line)


def _check_id(source: _Source, head: Heading) -> None:
    if head.id in SUBCOMMANDS:
        raise source.field_error(f"id: {head.id!r} is a word of the command line; take another")
    if head.id != source.path.stem:
        stem = source.path.stem
        raise source.field_error(
            f"id: {head.id!r} differs from the file's name; write id = {stem!r}, or rename the file"
        )
    for name in ("title", "part"):
        if "\n" in getattr(head, name):
            raise source.field_error(f"{name}: expected one line")


def _check_front(source: _Source, front: FrontMatter) -> None:
    _check_id(source, front)
    known = discovery.names("app.panes")
    for i, pane in enumerate(front.panes):
        if pane not in known:
            raise source.field_error(unknown("pane", pane, known, f"panes[{i}]"))
        if pane in front.panes[:i]:
            raise source.field_error(f"panes[{i}]: {pane!r} is listed twice")
    try:
        check_names(front.experiment)
    except ExperimentError as error:
        raise source.field_error(str(error), "experiment") from None
    try:
        check_form(front.form, front.experiment)
    except ExperimentError as error:
        raise source.field_error(str(error)) from None
    names = [front.first_track]
    for i, variant in enumerate(front.variants):
        if variant.name in names:
            raise source.field_error(f"variants[{i}].name: {variant.name!r} is the name of another track")
        names.append(variant.name)
        _check_variant(source, front.experiment, variant.set, f"variants[{i}].set")
    for i, expectation in enumerate(front.expect):
        if expectation.track >= len(names):
            tracks = ", ".join(f"{n} ({name})" for n, name in enumerate(names))
            raise source.field_error(f"expect[{i}].track: there is no track {expectation.track}; there are {tracks}")


def _check_variant(source: _Source, experiment: Experiment, changes: Mapping[str, Any], place: str) -> None:
    def fault(some: Mapping[str, Any]) -> str:
        try:
            check_names(experiment.replace(some))
        except ExperimentError as error:
            return str(error)
        return ""

    if not changes:
        raise source.field_error(f"{place}: a variant changes at least one field")
    message = fault(changes)
    if message:
        alone = [name for name, value in changes.items() if fault({name: value}) == message]
        lines = field_lines(source.front_lines)
        line = line_of(lines, [*re.findall(r"[^.\[\]]+", place), *alone[:1]]) + 2
        raise source.error(f"{place}: {message}", line)


def _check_text(source: _Source) -> None:
    panes = discovery.names("app.panes")
    known = {path.stem for path in (*lesson_paths(), *source.path.parent.glob("*.md"))}
    lessons = known if source.is_on_disk else None
    for fault in lesson_text.faults(source.text, panes, lessons)[:1]:
        raise source.error(fault.message, source.text_line + fault.line)
