"""Own lessons: write one from what is open, and have a folder of them in the list, fresh whenever a file changes.

The files are written with any editor. When that of the open lesson changes, its text is read again; the runs stay, and
if the experiment is another one now, a line offers to begin it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QFileSystemWatcher, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog

from app import lesson_writing, library
from app.actions import Action
from app.edited_data import is_edited
from app.files import replacing
from app.job import Job
from app.lesson import Lesson, lesson_paths, read_lesson
from app.lesson_writing import Draft
from app.library import OwnLesson
from app.settings import save_settings
from app.status import Status
from app.tool import MenuName, Tool
from app.widgets.lesson_dialog import LessonDialog
from app.widgets.notice_bar import NoticeBar
from nlcore.data_edits import DataEdit
from nlcore.datasets import Data
from nlcore.errors import LabError

if TYPE_CHECKING:
    from app.main_window import MainWindow

SETTLE_MS, LOOK_MS = 300, 50
CLOSE_SECONDS = 5.0
EDITED = "The examples were edited by hand; the lesson begins with the unedited ones."
Found = tuple[tuple[OwnLesson, ...], Lesson | None, str]
"""The own lessons, and the open lesson as it is now in its file, or what is wrong with it."""


class OwnLessons(Tool):
    """Lessons of a person's own."""

    menu: ClassVar[MenuName] = "file"
    order: ClassVar[int] = 40
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "save_lesson", "Save as &lesson …", "Ctrl+L", "Write a lesson with this experiment, to go on writing in it"
        ),
        Action("lessons_folder", "Own lessons &folder …", "Ctrl+Shift+L", "Choose where your own lessons are"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._is_on = False
        self._reading: Job[Found] | None = None
        self._writing: Job[tuple[Path, str]] | None = None
        self._watcher: QFileSystemWatcher | None = None
        self._settle_timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle_timer.timeout.connect(self.read)
        self._look_timer = QTimer(self, interval=LOOK_MS)
        self._look_timer.timeout.connect(self._on_look_timer_timeout)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"save_lesson": self.choose_name, "lessons_folder": self.choose_folder}

    def attach(self) -> None:
        """Make room for what there is to tell."""
        self.bar = NoticeBar(self.window, "own_lessons")
        self.window.tree.problem_chosen.connect(self.window.show_problem)
        self.window.session.lesson_changed.connect(self._on_session_lesson_changed)

    def begin(self) -> None:
        """Show the own lessons, and follow their files."""
        self._is_on = True
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_files_changed)
        self._watcher.fileChanged.connect(self._on_files_changed)
        self.read()

    def show_status(self, status: Status) -> None:
        """Let only a session with a run become a lesson."""
        self.window.actions_by_id["save_lesson"].setEnabled(status.activity in ("paused", "running"))

    @property
    def folder(self) -> Path:
        """Where own lessons are."""
        return library.own_folder(self.window.settings.lessons_folder)

    def close(self) -> None:
        """Finish what is being written."""
        self._settle_timer.stop()
        self._look_timer.stop()
        self._is_on = False
        for job in (self._reading, self._writing):
            if job is not None:
                job.wait(CLOSE_SECONDS)
        self._reading = self._writing = None

    # --- the folder --------------------------------------------------------------------------------------------------

    def choose_folder(self) -> None:
        """Ask for the folder."""
        chosen = QFileDialog.getExistingDirectory(self.window, "Folder of own lessons", str(self.folder))
        if chosen:
            self.use_folder(Path(chosen))

    def use_folder(self, folder: Path) -> None:
        """Take a folder as that of own lessons."""
        self.window.settings = self.window.settings.replace(lessons_folder=str(folder))
        save_settings(self.window.settings)
        self.read()

    def read(self) -> None:
        """Read all own lessons and the file of the open one, beside the window."""
        if not self._is_on:
            return
        if self._reading is not None:
            self._settle_timer.start()
            return
        folder, open_now = self.folder, self._open_file()
        self._reading = Job(lambda _job: _read(folder, open_now), "nllab-lessons")
        self._look_timer.start()

    def _open_file(self) -> Lesson | None:
        """Return the open lesson if its file is not one of the program's."""
        lesson = self.window.session.lesson
        return None if lesson is None or not lesson.raw or lesson.path in lesson_paths() else lesson

    def _watch(self, folder: Path, own: tuple[OwnLesson, ...]) -> None:
        """Follow the folder and every file in it; an editor may have put another file in the place of one."""
        if self._watcher is None:
            return
        lesson = self._open_file()
        files = {str(one.path) for one in own} | ({str(lesson.path)} if lesson is not None else set())
        wanted = {path for path in (str(folder), *files) if Path(path).exists()}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))

    def _on_files_changed(self) -> None:
        self._settle_timer.start()  # a save is several changes; they are looked at when it is over

    def _on_session_lesson_changed(self, _lesson: Lesson) -> None:
        self.bar.clear_notice()
        if self._is_on:
            self._settle_timer.start()

    def _show(self, found: Found) -> None:
        own, lesson, problem = found
        self.window.tree.show_own(library.OWN, [(one.id, one.title, one.problem) for one in own])
        self._watch(self.folder, own)
        before = self.window.session.lesson
        if before is None or (lesson is not None and lesson.path != before.path):
            return
        if problem:
            self.bar.say(f"{problem} The text below is the one before.", [("Close", self.bar.clear_notice)])
        elif lesson is not None and lesson.raw != before.raw:
            self.bar.clear_notice()
            self.window.renew_lesson(lesson)
            if lesson.tracks() != before.tracks():
                self.bar.say(
                    f"The experiment in {lesson.path.name} has changed; the runs here are still those of the old one.",
                    [("Begin it", lambda: self.window.session.open(lesson)), ("Close", self.bar.clear_notice)],
                )

    # --- a new lesson ------------------------------------------------------------------------------------------------

    def choose_name(self) -> None:
        """Ask what the new lesson is called, and write it."""
        session = self.window.session
        session.pause()
        taken = [path.stem for path in (*lesson_paths(), *library.own_paths(self.folder))]
        title = f"{session.lesson.title} (own)" if session.lesson is not None else "My lesson"
        dialog = LessonDialog(
            self.window, title, library.OWN, str(self.folder),
            lesson_writing.id_from, lambda lesson_id: lesson_writing.wrong_id(lesson_id, taken),
        )  # fmt: skip
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.write(dialog.id_line.text(), dialog.title_line.text().strip(), dialog.part_line.text().strip())
        dialog.deleteLater()

    def write(self, lesson_id: str, title: str, part: str) -> None:
        """Write a lesson with the experiments at the cursor; the session stays as it is."""
        session = self.window.session
        if not session.tracks or self._writing is not None:
            return
        columns = self.window.docks.columns()
        panes = tuple(name for column in columns for name in column) or ("error_curves",)
        tracks = tuple((track.name, track.trainer.experiment) for track in session.tracks)
        draft = Draft(lesson_id, title, part, _in_rows(columns) or panes, tracks, session.lesson)
        lead, folder = session.tracks[0], self.folder
        edits = [one for one in lead.history.run.interventions if one.at <= lead.done]
        has_edits = any(isinstance(one.change, DataEdit) for one in edits)
        data = lead.history.run.data
        self._writing = Job(lambda _job: _write(draft, folder, data, has_edits=has_edits), "nllab-lesson")
        self._look_timer.start()

    # --- time --------------------------------------------------------------------------------------------------------

    def _on_look_timer_timeout(self) -> None:
        if self._reading is not None and self._reading.is_done:
            reading, self._reading = self._reading, None
            self._show(reading.result())
        if self._writing is not None and self._writing.is_done:
            writing, self._writing = self._writing, None
            self._finish_writing(writing)
        if self._reading is None and self._writing is None:
            self._look_timer.stop()

    def _finish_writing(self, job: Job[tuple[Path, str]]) -> None:
        try:
            path, notes = job.result()
        except Exception as error:  # nothing was written; the session is as it was
            self.window.show_problem(str(error) if isinstance(error, LabError) else f"Not written: {error!r}")
            return
        self.bar.say(
            f"The lesson is in {path}; open it with any text editor to write its text. {notes}".strip(),
            [("Open the lesson", lambda: self.window.open_lesson(path.stem)), ("Close", self.bar.clear_notice)],
        )
        self.read()


def _in_rows(columns: list[list[str]]) -> tuple[str, ...]:
    """Return panes in the order in which a lesson lists them: from column to column, row by row."""
    rows = max(map(len, columns), default=0)
    return tuple(column[row] for row in range(rows) for column in columns if row < len(column))


def _read(folder: Path, lesson: Lesson | None) -> Found:
    own = library.own_lessons(folder)
    if lesson is None or not lesson.path.is_file():
        return own, None, ""
    try:
        return own, read_lesson(lesson.path), ""
    except LabError as error:
        return own, None, f"{error}."


def _write(draft: Draft, folder: Path, data: Data | None, *, has_edits: bool) -> tuple[Path, str]:
    written = lesson_writing.write(draft)
    notes = list(written.notes)
    if has_edits or is_edited(draft.tracks[0][1], data):
        notes.append(EDITED)
    path = folder / f"{draft.id}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"{folder}: cannot be made ({error.strerror or error}); choose another folder") from None
    if path.exists():
        raise LabError(f"{path}: exists already; choose another id")
    with replacing(path) as beside:
        beside.write_bytes(written.raw)
    return path, " ".join(notes)


TOOL = OwnLessons
