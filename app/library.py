"""All lessons that can be opened by their id: those that ship with the program, and a person's own in a folder.

A broken file in the folder does not vanish from the list: it stands there with the sentence that says what is wrong.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from app.lesson import Lesson, find_lesson, lesson_paths, read_lesson
from nlcore.errors import LessonError, unknown

OWN: Final = "Own lessons"
MOST_FILES: Final = 200


@dataclass(frozen=True, slots=True)
class OwnLesson:
    """A file in the folder of own lessons.

    Attributes
    ----------
    id, title : str
        Of the lesson; the name of the file where it cannot be read.
    path : Path
        The file.
    problem : str
        What is wrong with it, with file, line and field; empty if nothing is.
    """

    id: str
    title: str
    path: Path
    problem: str = ""


def own_folder(chosen: str) -> Path:
    """Return the folder of own lessons: the chosen one, else one among the person's documents. It may not exist."""
    return Path(chosen) if chosen else Path(platformdirs.user_documents_dir()) / "Neural Learning Lab"


def own_paths(folder: Path) -> tuple[Path, ...]:
    """Return the files of own lessons, by name."""
    found: list[Path] = []
    with contextlib.suppress(OSError):
        found = [path for path in folder.glob("*.md") if not path.name.startswith(".")]
    return tuple(sorted(found))[:MOST_FILES]


def own_lessons(folder: Path) -> tuple[OwnLesson, ...]:
    """Read all own lessons, with whatever is wrong with them; this may take a second, so do it beside the window."""
    return tuple(map(_entry, own_paths(folder)))


def _entry(path: Path) -> OwnLesson:
    try:
        lesson = read_own(path)
    except LessonError as error:
        return OwnLesson(path.stem, path.name, path, str(error))
    return OwnLesson(lesson.id, lesson.title, path)


def read_own(path: Path) -> Lesson:
    """Read an own lesson.

    Raises
    ------
    LessonError
        If it is wrong, or has the id of a lesson that ships with the program.
    """
    if path.stem in {shipped.stem for shipped in lesson_paths()}:
        raise LessonError(
            f"{path.name}, line 1: id: {path.stem!r} is a lesson that comes with the program; "
            "rename the file and change its id"
        )
    return read_lesson(path)


def find(lesson_id: str, folder: Path) -> Lesson:
    """Read the lesson of that id, whoever wrote it.

    Raises
    ------
    LessonError
        If there is none, or it is wrong.
    """
    shipped = {path.stem for path in lesson_paths()}
    own = {path.stem: path for path in own_paths(folder)}
    if lesson_id in shipped:
        return find_lesson(lesson_id)
    if lesson_id in own:
        return read_own(own[lesson_id])
    raise LessonError(unknown("lesson", lesson_id, {*shipped, *own}))
