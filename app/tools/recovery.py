"""Nothing is lost: work is kept aside while it is done, and brought back after an accident.

Some seconds after something changed, the session is written to a file in the user's data folder. Opening something else
or closing the window with unsaved work keeps it there too, without a question.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QLockFile, QTimer
from PySide6.QtWidgets import QMenu

from app import kept_work, session_files
from app.actions import Action
from app.frame import Frame
from app.job import Job
from app.kept_work import KeptFile, KeptWork
from app.opening import Opening
from app.session_files import OpenedWork
from app.status import Status
from app.tool import MenuName, Tool
from app.tools.documents import Documents
from app.widgets.kept_menu import KeptMenu
from nlcore import storage
from nlcore.errors import LabError
from nlcore.storage_zip import Member

if TYPE_CHECKING:
    from app.main_window import MainWindow

KEEP_MS = 10_000
"""After a change it takes so long until it is kept."""
BACK_OFF = 40
"""Keeping takes at most one part in so many of the time."""
ROOM = 2 * 2**20
"""Bytes for the states of the runs; those between them are computed again."""
LOOK_MS = 50
CLOSE_SECONDS = 10.0
WHERE = "File > Unsaved work"
Kept = tuple[object, ...]


class Recovery(Tool):
    """Keeps work that is not saved, and brings it back."""

    menu: ClassVar[MenuName] = "file"
    order: ClassVar[int] = 11
    actions: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.file = KeptFile()
        self.kept = KeptMenu(window.menuBar(), kept_work.find, self.bring_back, self.discard)
        self._is_on = False
        self._has_failed = False
        self._last: Kept = ()
        self._writing: Job[float] | None = None
        self._looking: Job[list[KeptWork]] | None = None
        self._taken: tuple[KeptWork, QLockFile] | None = None
        self._said = ""
        self._timer = QTimer(self, interval=KEEP_MS, singleShot=True)
        self._timer.timeout.connect(self.keep)
        self._look_timer = QTimer(self, interval=LOOK_MS)
        self._look_timer.timeout.connect(self._on_look_timer_timeout)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return nothing: all it does stands in its menu."""
        return {}

    def menus(self) -> Sequence[QMenu]:
        """Return the menu of kept work."""
        return (self.kept,)

    def attach(self) -> None:
        """Follow the session."""
        documents = self.window.tools["documents"]
        assert isinstance(documents, Documents)
        self.documents = documents
        self.bar = Opening(self.window, "recovery")
        self.bar.opened.connect(self._on_bar_opened)
        self.bar.failed.connect(self._on_bar_failed)
        self.window.session.frame_changed.connect(self._on_session_frame_changed)
        documents.left.connect(self._on_documents_left)
        documents.saved.connect(self._on_documents_saved)

    def begin(self) -> None:
        """Begin to keep work, and look for work of a program that has ended."""
        try:
            self.file.claim()
        except LabError as error:
            self._said = f"Unsaved work is not kept on this computer: {error}."
            return
        self._is_on = True
        self._looking = Job(lambda _job: kept_work.find(), "nllab-kept")
        self._look_timer.start()

    def show_status(self, status: Status) -> None:
        """Say what there is to say when nothing else is said."""
        if self._said and status.activity == "paused" and not status.message:
            said, self._said = self._said, ""
            QTimer.singleShot(0, self, lambda: self.window.status_line.show_sentence(said))

    # --- keeping -----------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Write the session to the file of this window, unless it is saved or kept already as it is."""
        if not self._is_on:
            return
        if self._writing is not None:
            self._timer.start()
            return
        if not self.documents.is_unsaved:
            self._forget()
            return
        now = self._now()
        if now == self._last:
            return
        began = time.perf_counter()
        try:
            packed = self._packed(is_closed=False)
        except LabError as error:
            self._fail(error)
            return
        path, self._last = self.file.path, now
        self._writing = Job(lambda _job: _write(path, packed, began), "nllab-keep")
        self._look_timer.start()

    def _now(self) -> Kept:
        """Return what the file holds, as a value."""
        tracks = self.documents.tracks
        return session_files.work(tracks), tuple(track.done for track in tracks), self.window.session.selection

    def _packed(self, *, is_closed: bool) -> list[Member]:
        documents = self.documents
        session, document = documents.taken(), str(documents.path or "")
        title = documents.lesson.title if documents.lesson is not None else ""
        about = kept_work.note(title, session, document, is_closed=is_closed)
        return storage.pack(dataclasses.replace(session, window={**session.window, kept_work.NOTE: about}), ROOM)

    def _fail(self, error: Exception) -> None:
        if not self._has_failed:  # once is enough
            self._has_failed = True
            self.window.status_line.show_sentence(f"Unsaved work could not be kept: {error}")

    def _forget(self) -> None:
        if self._last:
            self._last = ()
            self.file.delete()

    def _on_session_frame_changed(self, _frame: Frame) -> None:
        if self._is_on and not self._timer.isActive():
            self._timer.start()

    def _on_documents_saved(self) -> None:
        if not self.documents.is_unsaved and self._writing is None:
            self._forget()

    def _on_documents_left(self) -> None:
        """Keep what was done, under another name: the file of this window is for what comes now."""
        self._timer.stop()
        if not (self._is_on and self.documents.is_unsaved):
            return
        self._finish_writing()
        try:
            packed = self._packed(is_closed=True)
        except LabError as error:
            self._fail(error)
            return
        path, old = KeptFile().path, self.file.path if self._last else None
        self._last = ()
        self._writing = Job(lambda _job: _move(path, packed, old), "nllab-keep")
        self._look_timer.start()
        lesson = self.documents.lesson
        self._said = f"Your work in “{lesson.title if lesson is not None else 'the session'}” is kept: {WHERE}."

    def close(self) -> None:
        """Keep what is not saved; without any, leave nothing behind."""
        self._timer.stop()
        self._look_timer.stop()
        self.bar.finish()
        self.kept.finish()
        if self._looking is not None:
            self._looking.wait(CLOSE_SECONDS)
        self._finish_writing()
        self._let_go()
        if not self._is_on:
            return
        self._is_on = False
        if self.documents.is_unsaved:
            with contextlib.suppress(LabError):  # then what was kept last stays
                storage.write(self.file.path, self._packed(is_closed=True))
        else:
            self.file.delete()
        self.file.give_up()
        kept_work.find()  # no more than there may be

    def _finish_writing(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.wait(CLOSE_SECONDS)
            if writing.is_done:
                self._take_written(writing)

    # --- bringing back -----------------------------------------------------------------------------------------------

    def bring_back(self, kept: KeptWork) -> None:
        """Show kept work again; what is open now is kept in its place."""
        lock = kept.take()
        if lock is None:
            self.window.show_problem(f"The work of {kept.name} is gone: another window has taken it or deleted it.")
            return
        self._let_go()
        self._taken = (kept, lock)
        self.bar.start(kept.path)

    def discard(self, found: Sequence[KeptWork]) -> None:
        """Delete kept work."""
        for kept in found:
            kept.discard()
        self.bar.clear_notice()

    def _let_go(self) -> None:
        if self._taken is not None:
            self._taken[1].unlock()
            self._taken = None

    def _on_bar_opened(self, found: OpenedWork) -> None:
        assert self._taken is not None
        kept = self._taken[0]
        document = Path(kept.document) if kept.document else None
        self.documents.show(found, document, is_saved=False)
        self._said = ""
        self.window.status_line.show_sentence(f"The work of {kept.name} is back; it is not saved yet.")
        self._finish_writing()
        self.keep()  # the old file goes when the new one is written

    def _on_bar_failed(self, sentence: str) -> None:
        self._let_go()
        self.window.show_problem(sentence)

    # --- time --------------------------------------------------------------------------------------------------------

    def _on_look_timer_timeout(self) -> None:
        if self._looking is not None and self._looking.is_done:
            job, self._looking = self._looking, None
            self._offer(job.result())
        if self._writing is not None and self._writing.is_done:
            writing, self._writing = self._writing, None
            self._take_written(writing)
        if self._looking is None and self._writing is None:
            self._look_timer.stop()

    def _take_written(self, job: Job[float]) -> None:
        try:
            self._timer.setInterval(max(KEEP_MS, round(1000 * BACK_OFF * job.result())))
        except Exception as error:  # training goes on; perhaps the next time there is room
            self._last = ()
            self._fail(error)
            return
        self._has_failed = False
        if self._taken is not None and self._last:
            kept = self._taken[0]
            self._let_go()
            kept.discard()
        if not self.documents.is_unsaved:
            self._forget()

    def _offer(self, found: Sequence[KeptWork]) -> None:
        """Tell of the newest work that can be brought back."""
        lost = [kept for kept in found if not kept.is_closed]
        if not lost:
            if found:
                self._said = f"Unsaved work of {found[0].name} is kept: {WHERE}."
            return
        newest = lost[0]
        more = f" {len(found) - 1} older: {WHERE}." if len(found) > 1 else ""
        self.bar.say(
            f"The program ended unexpectedly. Your work of {newest.name} can be brought back.{more}",
            [
                ("Bring back", lambda: self.bring_back(newest)),
                ("Discard", lambda: self.discard([newest])),
                ("Later", self.bar.clear_notice),
            ],
        )


def _write(path: Path, packed: Sequence[Member], began: float) -> float:
    """Write a file and return how long that and packing it took."""
    storage.write(path, packed)
    return time.perf_counter() - began


def _move(path: Path, packed: Sequence[Member], old: Path | None) -> float:
    """Write a file, then delete the one that held the same before."""
    storage.write(path, packed)
    if old is not None:
        old.unlink(missing_ok=True)
    return 0.0


TOOL = Recovery
