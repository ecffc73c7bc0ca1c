"""What the dialogs for importing data share: a preview that follows every choice, and the import with its progress.

A preview and an import are made in a thread; only the newest preview is shown. Whatever is wrong stands in the dialog
while the choices are still open.
"""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.job import Job
from app.theme import LIGHT, Theme
from app.widgets.import_words import plain
from app.widgets.number_field import EDGE
from app.widgets.options import UNCHECKED
from app.widgets.problem_line import ProblemLine
from nlcore import datasets
from nlcore.datasets import Data
from nlcore.errors import CancelledError, LabError
from nlcore.experiment import Choice, Experiment
from nlcore.history import History
from nlcore.trainer import Trainer

P = TypeVar("P")
DELAY_MS = 200
"""After a choice, so long until a preview begins; typing goes on meanwhile."""
TICK_MS = 40
CLOSE_SECONDS = 5.0


class ImportDialog(QDialog, Generic[P]):
    """A dialog with choices at the left, a preview at the right, and what is to be said below.

    Signals
    -------
    imported : History, str
        The data are loaded: a run to begin with, and what it is.

    Parameters
    ----------
    title, path_name : str
        Of the window; of what is imported, for example "&File".
    parent : QWidget, optional
        The window it belongs to.
    """

    imported = Signal(object, str)

    def __init__(self, title: str, path_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme: Theme = LIGHT
        self.preview: P | None = None
        self._job: Job[P] | None = None
        self._import: Job[History] | None = None
        self._cancelled: list[Job[P]] = []
        self.path = QLineEdit(self)
        self.path.setStyleSheet(EDGE)
        self.path.setAccessibleName(path_name.replace("&", ""))
        self.choose = QPushButton("Ch&oose …", self)
        self.choose.setAutoDefault(False)
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.problem = ProblemLine(self)
        self.found = QPlainTextEdit(self)
        self.found.setReadOnly(True)
        self.found.setTabChangesFocus(True)
        self.found.setMaximumHeight(5 * self.fontMetrics().lineSpacing() + 10)
        self.found.setAccessibleName("What was found")
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress of the import")
        self.bar.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.start = self.buttons.addButton("I&mport", QDialogButtonBox.ButtonRole.AcceptRole)
        self.start.setEnabled(False)
        self.buttons.accepted.connect(self._begin_import)
        self.buttons.rejected.connect(self.reject)
        self.side = QScrollArea(self)
        self._build(path_name)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self._begin_preview)
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self.path.textChanged.connect(self._take_path)
        self.setStyleSheet(UNCHECKED + UNCHECKED.replace("QCheckBox", "QTreeView"))
        self.resize(860, 600)

    def _build(self, path_name: str) -> None:
        page = QWidget(self.side)
        page.setLayout(self.form)
        self.side.setWidget(page)
        self.side.setWidgetResizable(True)
        self.side.setFrameShape(QScrollArea.Shape.NoFrame)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setMinimumWidth(290)
        self.side.setAccessibleName("Choices")
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.side)
        top = QFormLayout()
        line = QHBoxLayout()
        line.addWidget(self.path, 1)
        line.addWidget(self.choose)
        top.addRow(path_name, line)
        label = top.labelForField(line)
        if label is not None:
            label.setBuddy(self.path)  # type: ignore[attr-defined]
        below = QHBoxLayout()
        below.addWidget(self.bar, 1)
        below.addWidget(self.buttons, 1)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.problem)
        column.addWidget(self.found)
        column.addLayout(below)

    # --- what the kinds of data give ---------------------------------------------------------------------------------

    def look(self, job: Job[P]) -> P:
        """Make a preview of the present choices; called in a thread with what `request` noted."""
        raise NotImplementedError

    def request(self) -> None:
        """Note the present choices for `look`; may raise `LabError`."""
        raise NotImplementedError

    def show_preview(self, preview: P) -> str:
        """Show a preview, and return why it cannot be imported; empty if it can."""
        raise NotImplementedError

    def dataset(self, preview: P) -> Choice:
        """Return the data set that was previewed."""
        raise NotImplementedError

    def experiment(self, dataset: Choice, data: Data) -> Experiment:
        """Return the experiment to begin with; called in a thread."""
        raise NotImplementedError

    # --- preview -----------------------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Take note that a choice was changed: a new preview follows."""
        self.start.setEnabled(False)
        self._delay.start()

    def _take_path(self, text: str) -> None:
        """Take another path; a file that is dropped on the line comes as an address."""
        if text.startswith("file:"):
            self.path.setText(QUrl(text.strip()).toLocalFile())
        else:
            self.changed()

    @property
    def chosen_path(self) -> str:
        """The path as it is kept with the data set: from the root, or from the home folder."""
        text = self.path.text().strip()
        return text if text.startswith("~") else str(Path(text).absolute())

    def _begin_preview(self) -> None:
        self._drop_preview()
        if not self.path.text().strip():
            self._refuse("Choose what to import.")
            return
        try:
            self.request()
        except LabError as error:
            self._refuse(self.said(str(error)))
            return
        self._job = Job(self.look, "nllab-preview")
        self._ticks.start()

    def said(self, message: str) -> str:
        """Return a message in the words of the dialog."""
        return plain(message, Path(self.path.text().strip()).name)

    def _refuse(self, sentence: str) -> None:
        self.problem.say(sentence)
        self.start.setEnabled(False)

    def _drop_preview(self) -> None:
        self._cancelled = [job for job in self._cancelled if not job.is_done]
        if self._job is not None:
            self._job.cancel()
            self._cancelled.append(self._job)
            self._job = None

    def _tick(self) -> None:
        if self._import is not None:
            self._watch_import(self._import)
        elif self._job is not None and self._job.is_done:
            job, self._job = self._job, None
            self._take_preview(job)
        elif self._job is None:
            self._ticks.stop()

    def _take_preview(self, job: Job[P]) -> None:
        try:
            self.preview = job.result()
        except CancelledError:
            return
        except Exception as error:  # a fault in the program must leave the dialog usable
            self._refuse(self.said(str(error)) if isinstance(error, LabError) else f"This could not be read: {error!r}")
            return
        problem = self.said(self.show_preview(self.preview))
        self.problem.say(problem)
        self.start.setEnabled(not problem and not self._delay.isActive())

    # --- import ------------------------------------------------------------------------------------------------------

    def _begin_import(self) -> None:
        if self.preview is None or not self.start.isEnabled():
            return
        dataset = self.dataset(self.preview)
        self._show_importing(is_on=True)
        self._import = Job(lambda job: self._made(dataset, job), "nllab-import")
        self._ticks.start()

    def _made(self, dataset: Choice, job: Job[History]) -> History:
        data = datasets.load(dataset, job.report, lambda: job.is_cancelled)
        assert data is not None
        return History(Trainer(self.experiment(dataset, data), data))

    def _show_importing(self, *, is_on: bool) -> None:
        for part in (self.side, self.path, self.choose):
            part.setEnabled(not is_on)
        self.start.setEnabled(not is_on)
        self.bar.setRange(0, 0)
        self.bar.setVisible(is_on)

    def _watch_import(self, job: Job[History]) -> None:
        done, total = job.progress
        if total:
            self.bar.setRange(0, total)
            self.bar.setValue(min(done, total))
        if not job.is_done:
            return
        self._import = None
        self._show_importing(is_on=False)
        try:
            history = job.result()
        except CancelledError:
            self.problem.say("The import was cancelled; nothing has changed.")
            return
        except Exception as error:  # a fault in the program must leave the dialog usable
            self.problem.say(self.said(str(error)) if isinstance(error, LabError) else f"The import failed: {error!r}")
            return
        data = history.trainer.model.data
        self.imported.emit(history, f"Imported {data.source if data is not None else ''}; a new run begins.")
        self.accept()

    def reject(self) -> None:
        """Cancel the import; if there is none, close the dialog."""
        if self._import is not None:
            self._import.cancel()
            return
        super().reject()

    def done(self, result: int) -> None:
        """End all threads."""
        self.end()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End all threads."""
        self.end()
        super().closeEvent(event)

    def end(self) -> None:
        """Stop what is going on and wait for it, but not for ever."""
        self._delay.stop()
        self._ticks.stop()
        self._drop_preview()
        if self._import is not None:
            self._import.cancel()
            self._import.wait(CLOSE_SECONDS)
            self._import = None
        for job in self._cancelled:
            job.wait(CLOSE_SECONDS)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.problem.retheme(theme)
