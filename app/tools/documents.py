"""Files: open a saved session or a lesson, save, save under another name, the files used last.

Nothing asks whether to save: what was not saved is kept aside, and the title marks it with a star.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from app import own_data, session_files, texts
from app.actions import Action
from app.frame import Frame
from app.job import Job
from app.lesson import Lesson, list_lessons, read_lesson
from app.opening import Opening
from app.playback import SPEEDS
from app.session_files import OpenedWork, Work
from app.settings import save_settings
from app.status import Status
from app.tool import MenuName, Tool
from app.track import Track
from app.widgets.recent_menu import RecentMenu
from nlcore import storage
from nlcore.errors import LabError
from nlcore.storage import SUFFIX, SavedSession

if TYPE_CHECKING:
    from app.main_window import MainWindow

MOST_RECENT, MOST_LAYOUTS = 8, 50
LOOK_MS, MARK_MS = 30, 200
CLOSE_SECONDS = 20.0
FILTER = f"Sessions and lessons (*{SUFFIX} *.md);;All files (*)"


class Documents(Tool):
    """The file that the window stands for.

    Signals
    -------
    saved
        The session is in a file, as it is.
    left
        Another lesson or file takes the place of what was done; `is_unsaved` and `path` are still about that.
    """

    menu: ClassVar[MenuName] = "file"
    order: ClassVar[int] = 10
    actions: ClassVar[tuple[Action, ...]] = (
        Action("open_file", "&Open …", "Ctrl+O", "Open a saved session or a lesson from a file"),
        Action("save", "&Save", "Ctrl+S", "Write the whole session to its file"),
        Action("save_as", "Save &as …", "Ctrl+Shift+S", "Write the whole session to another file"),
    )

    saved = Signal()
    left = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.path: Path | None = None
        self.recent = RecentMenu(window.menuBar(), lambda: window.settings.recent_files, self.open_path, self._forget)
        self.lesson: Lesson | None = None
        self.tracks: list[Track] = []
        self._clean: Work = ()
        self._is_new = True
        self._saving: tuple[Job[None], Path, Work] | None = None
        self._next: Path | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._mark_timer = QTimer(self, interval=MARK_MS, singleShot=True)
        self._mark_timer.timeout.connect(self._mark)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"open_file": self.choose, "save": self.save, "save_as": self.save_as}

    def menus(self) -> Sequence[QMenu]:
        """Return the menu of the files used last."""
        return (self.recent,)

    def attach(self) -> None:
        """Follow the session, and make room for what there is to tell."""
        self.opening = Opening(self.window, "documents")
        self.opening.opened.connect(self._on_opening_opened)
        self.opening.failed.connect(self._refuse)
        self.window.session.lesson_changed.connect(self._on_session_lesson_changed)
        self.window.session.frame_changed.connect(self._on_session_frame_changed)

    def show_status(self, status: Status) -> None:
        """Let only a session with a run be saved."""
        for name in ("save", "save_as"):
            self.window.actions_by_id[name].setEnabled(status.activity in ("paused", "running"))

    @property
    def is_unsaved(self) -> bool:
        """Whether something was done since the lesson or the file was opened or saved."""
        return bool(self.tracks) and session_files.work(self.tracks) != self._clean

    @property
    def folder(self) -> Path:
        """Where dialogs begin."""
        last = self.window.settings.last_folder
        return Path(last) if last else Path.home()

    # --- opening -----------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask which file to open."""
        name, _ = QFileDialog.getOpenFileName(self.window, "Open", str(self.folder), FILTER)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a session or a lesson; one that cannot be read leaves everything as it is."""
        if path.suffix.lower() == ".md":
            try:
                lesson = read_lesson(path)
            except LabError as error:
                self._refuse(str(error))
                return
            self.remember(path)
            self.window.session.open(lesson)
            return
        self.opening.start(path)

    def _refuse(self, sentence: str) -> None:
        self.window.show_problem(sentence)
        if self.window.session.lesson is None:  # nothing was open: begin with something
            self.window.open_lesson(list_lessons()[0].id)

    def show(self, found: OpenedWork, path: Path | None, *, is_saved: bool = True) -> None:
        """Show a session that was read.

        Parameters
        ----------
        found : OpenedWork
            The session.
        path : Path or None
            The file that "save" writes from now on.
        is_saved : bool
            Whether that file holds it as it is.
        """
        window, table = self.window, found.opened.session.window
        session_files.show(window.session, found)
        self.path, self._clean = path, session_files.work(window.session.tracks) if is_saved else ()
        labels = [speed.label for speed in SPEEDS]
        if session_files.speed_of(table) in labels:
            window.transport.set_speed(labels.index(session_files.speed_of(table)))
        layout = session_files.layout_of(table, window.settings.own_layouts)
        columns = [[name for name in c if name in window.docks.docks] for c in session_files.columns_of(table)]
        with window.aids.presentation.lifted():
            if not (layout and window.docks.restore(layout)) and any(columns):
                window.docks.arrange_columns(columns, window.lesson_dock)
        for name, pane in window.docks.panes.items():
            pane.take_notes(session_files.notes_of(table, name))
        lead = window.session.tracks[0]
        window.session.select(session_files.selection_of(table, lead.trainer.model))
        self._mark()
        self.opening.tell(found)

    # --- saving ------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save in the file that is open; without one ask for its name."""
        if self.path is None:
            self.save_as()
        else:
            self.save_to(self.path)

    def save_as(self) -> None:
        """Ask for the name of a file and save there."""
        lesson = self.window.session.lesson
        name = self.path.name if self.path is not None else f"{lesson.id if lesson else 'session'}{SUFFIX}"
        folder = self.path.parent if self.path is not None else self.folder
        chosen, _ = QFileDialog.getSaveFileName(self.window, "Save as", str(folder / name), f"Sessions (*{SUFFIX})")
        if chosen:
            path = Path(chosen)
            self.save_to(path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX))

    def save_to(self, path: Path) -> None:
        """Save in a file; training goes on meanwhile."""
        if self._saving is not None:
            self._next = path  # one after the other, the newest name counts
            return
        if not self.tracks:
            return
        try:
            packed = storage.pack(self.taken())
        except LabError as error:
            self.window.show_problem(str(error))
            return
        work = session_files.work(self.tracks)
        self._saving = Job(lambda _job: storage.write(path, packed), "nllab-save"), path, work
        self._timer.start()

    def taken(self) -> SavedSession:
        """Return the session with all that the window adds, and remember its layout as one of ours."""
        window, session = self.window, self.window.session
        layout = window.docks.saved()
        layouts = dict.fromkeys((session_files.digest(layout), *window.settings.own_layouts))
        window.settings = window.settings.replace(own_layouts=tuple(layouts)[:MOST_LAYOUTS])
        table = session_files.window_table(session.selection, session.speed.label, layout, window.docks.columns())
        notes = {name: dict(pane.notes()) for name, pane in window.docks.panes.items()}
        table["notes"] = {name: said for name, said in notes.items() if said}
        return session_files.taken(self.lesson, self.tracks, table)

    def remember(self, path: Path) -> None:
        """Put a file at the top of the list of those used last."""
        settings = self.window.settings
        name = str(path.absolute())
        recent = (name, *(other for other in settings.recent_files if other != name))[:MOST_RECENT]
        self.window.settings = settings.replace(recent_files=recent, last_folder=str(path.absolute().parent))
        save_settings(self.window.settings)

    def _forget(self) -> None:
        self.window.settings = self.window.settings.replace(recent_files=())
        save_settings(self.window.settings)

    def close(self) -> None:
        """Finish what is being written, give up what is being read."""
        self.opening.finish()
        self._mark_timer.stop()
        self._timer.stop()
        self.recent.finish()
        if self._saving is not None:
            self._saving[0].wait(CLOSE_SECONDS)
            self._saving = None

    def _on_timer_timeout(self) -> None:
        if self._saving is None:
            self._timer.stop()
        elif self._saving[0].is_done:
            self._finish_saving(*self._saving)

    def _finish_saving(self, job: Job[None], path: Path, work: Work) -> None:
        self._saving = None
        following, self._next = self._next, None
        try:
            job.result()
        except Exception as error:  # the file is as it was, the session too
            self.window.show_problem(str(error) if isinstance(error, LabError) else f"Not saved: {error!r}")
        else:
            self.path, self._clean = path, work
            self.remember(path)
            self._mark()
            self.window.status_line.show_sentence(f"Saved in {path.name}.")
            self.saved.emit()
        if following is not None:
            self.save_to(following)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _on_opening_opened(self, found: OpenedWork) -> None:
        self.show(found, found.path)
        self.remember(found.path)

    def _on_session_lesson_changed(self, _lesson: Lesson) -> None:
        self.left.emit()
        self.path, self.lesson, self.tracks, self._clean, self._is_new = None, None, [], (), True
        self.opening.give_up()
        self._mark()

    def _on_session_frame_changed(self, _frame: Frame) -> None:
        self.lesson, self.tracks = self.window.session.lesson, list(self.window.session.tracks)
        if self._is_new:
            self._is_new, self._clean = False, session_files.work(self.window.session.tracks)
        if not self._mark_timer.isActive():
            self._mark_timer.start()

    def _mark(self) -> None:
        """Write the title: the file, a star if something is unsaved, the lesson."""
        lesson = self.window.session.lesson
        if lesson is None:
            return
        lead = self.window.session.lead
        shown = own_data.title_of(lesson, lead.trainer.experiment if lead is not None else None)
        title = shown.replace("[*]", "[*][*]")  # twice is how Qt writes it where no star is meant
        name = self.path.name.replace("[*]", "[*][*]") if self.path is not None else ""
        begin = f"{name}[*] · {title}" if name else f"{title}[*]"
        self.window.setWindowTitle(f"{begin} · {texts.PROGRAM}")
        self.window.setWindowModified(self.is_unsaved)


TOOL = Documents
