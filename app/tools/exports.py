"""What other programs can use: weights, curves, a figure or an animation of a pane, the run as a Python script.

Texts and pictures are written beside the window, whole or not at all. An animation is drawn picture by picture; it can
be cancelled, and training may go on meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from app import figure_animation, figures
from app.actions import Action
from app.animation_work import AnimationWork
from app.edited_data import is_edited
from app.figures import Stage, refuse_empty
from app.files import replacing
from app.job import Job
from app.pane import Pane
from app.settings import save_settings
from app.status import Status
from app.theme import LIGHT, Theme
from app.tool import MenuName, Tool
from app.track import Track
from app.widgets.notice_bar import NoticeBar
from app.widgets.picture_dialogs import AnimationDialog, FigureDialog, FigureWish
from nlcore import exports, script
from nlcore.curves import Curves
from nlcore.errors import LabError

if TYPE_CHECKING:
    from app.main_window import MainWindow

LOOK_MS = 30
CLOSE_SECONDS = 10.0
WEIGHTS = "numpy arrays (*.npz);;Table (*.csv)"
EDITED = " The examples were edited by hand before this run began; a script begins with the unedited ones."
ENDING = re.compile(r"\*(\.\w+)")
Made = tuple[bytes, str]
"""What is written, and what there is to say about it."""


class Exports(Tool):
    """Files for other programs."""

    menu: ClassVar[MenuName] = "file"
    order: ClassVar[int] = 30
    submenu: ClassVar[str] = "&Export"
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "export_weights", "&Weights …", "Ctrl+Shift+W", "Write the weights at this moment of all visible tracks"
        ),
        Action(
            "export_curves",
            "&Curves …",
            "Ctrl+Shift+U",
            "Write all measurements of all visible tracks as a table (CSV)",
        ),
        Action("export_figure", "&Figure of a pane …", "Ctrl+E", "Write a pane as a picture for a paper or a slide"),
        Action(
            "export_animation",
            "&Animation of a pane …",
            "Ctrl+Shift+E",
            "Write a pane over the timeline as a moving picture",
        ),
        Action(
            "copy_python",
            "Copy as &Python",
            "Ctrl+Shift+P",
            "Copy a script that trains the run again up to this moment",
        ),
        Action(
            "save_python",
            "&Save as Python …",
            "Ctrl+Shift+Y",
            "Write a script that trains the run again up to this moment",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._jobs: list[tuple[Job[Made], Path | None]] = []
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {
            "export_weights": self.choose_weights,
            "export_curves": self.choose_curves,
            "export_figure": self.choose_figure,
            "export_animation": self.choose_animation,
            "copy_python": lambda: self.write_python(None),
            "save_python": self.choose_python,
        }

    def attach(self) -> None:
        """Make room for how far an animation is."""
        self.animation = AnimationWork(NoticeBar(self.window, "animation"))
        self.animation.finished.connect(self._on_animation_finished)
        self.animation.failed.connect(self.window.show_problem)

    def show_status(self, status: Status) -> None:
        """Let only a session with a run be written."""
        for action in self.actions:
            self.window.actions_by_id[action.id].setEnabled(status.activity in ("paused", "running"))

    def close(self) -> None:
        """Finish what is being written; an animation is given up."""
        self.animation.give_up()
        self._timer.stop()
        for job, _ in self._jobs:
            job.wait(CLOSE_SECONDS)
        self._jobs = []

    # --- numbers and scripts -----------------------------------------------------------------------------------------

    def choose_weights(self) -> None:
        """Ask for a file and write the weights."""
        path = self._ask("Export the weights", "weights.npz", WEIGHTS)
        if path is not None:
            self.write_weights(path)

    def write_weights(self, path: Path) -> None:
        """Write the weights at the cursor as .npz or .csv."""
        found = [exports.Weights(track.name, track.trainer.model, track.cursor.params) for track in self._visible()]

        def make() -> Made:
            is_npz = path.suffix.lower() == ".npz"
            return exports.weights_npz(found) if is_npz else exports.weights_csv(found).encode("utf-8", "replace"), ""

        self._start(path, make)

    def choose_curves(self) -> None:
        """Ask for a file and write the curves."""
        path = self._ask("Export the curves", "curves.csv", "Table (*.csv)")
        if path is not None:
            self.write_curves(path)

    def write_curves(self, path: Path) -> None:
        """Write all measurements as CSV; training may go on meanwhile."""
        found = {}
        for track in self._visible():
            curves = track.history.curves
            found[track.name] = Curves.from_arrays(curves.columns, curves.to_arrays())
        self._start(path, lambda: (exports.curves_csv(found).encode("utf-8", "replace"), ""))

    def choose_python(self) -> None:
        """Ask for a file and write the script."""
        path = self._ask("Save as Python", "train.py", "Python (*.py)")
        if path is not None:
            self.write_python(path)

    def write_python(self, path: Path | None) -> None:
        """Write the lead's run as a script, or copy it if there is no path."""
        self.window.session.pause()
        lead = self.window.session.lead
        if lead is None:
            return
        run = lead.history.run
        text = script.python_script(run.experiment, run.interventions, lead.done, run.kernel)
        if path is None:
            QApplication.clipboard().setText(text)
        self._start(path, lambda: (text.encode(), EDITED if is_edited(run.experiment, run.data) else ""))

    # --- pictures ----------------------------------------------------------------------------------------------------

    def choose_figure(self) -> None:
        """Ask what the figure shall be like, and where to write it."""
        panes, chosen = self._panes()
        if chosen is None:
            self.window.show_problem("No pane is open; open one in the View menu first.")
            return
        size = (panes[chosen].width(), panes[chosen].height())
        dialog = FigureDialog(self.window, {name: pane.title for name, pane in panes.items()}, chosen, size)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            wish = dialog.wish
            path = self._ask("Save the figure", f"{wish.pane}{wish.suffix}", f"Picture (*{wish.suffix})")
            if path is not None:
                self.write_figure(path, wish)
        dialog.deleteLater()

    def write_figure(self, path: Path, wish: FigureWish) -> None:
        """Write a pane as it is now."""
        pane = self.window.docks.panes[wish.pane]
        if pane.frame is None:
            return
        try:
            with Stage(wish.pane, wish.size, self._theme(is_light=wish.is_light), like=pane) as stage:
                refuse_empty(stage.pane, pane.frame)
                stage.show_frame(pane.frame)
                if wish.suffix == ".svg":
                    svg = stage.svg(stage.pane.in_words(pane.frame))
                    self._start(path, lambda: (svg, ""))
                else:
                    image = stage.image(wish.scale)
                    self._start(path, lambda: (figures.png(image), ""))
        except LabError as error:
            self.window.show_problem(str(error))

    def choose_animation(self) -> None:
        """Ask what the animation shall be like, and where to write it."""
        self.window.session.pause()
        panes, chosen = self._panes()
        lead = self.window.session.lead
        if chosen is None or lead is None:
            self.window.show_problem("No pane is open; open one in the View menu first.")
            return
        if self.animation.is_active:
            self.window.show_problem("An animation is being written; wait for its end, or cancel it.")
            return
        head = lead.history.head.counters
        done = {"presentation": head.presentations, "update": head.updates, "epoch": head.epochs}
        titles = {name: pane.title for name, pane in panes.items()}
        dialog = AnimationDialog(self.window, titles, chosen, (640, 480), done, figure_animation.most_pictures)  # type: ignore[arg-type]
        if dialog.exec() == QDialog.DialogCode.Accepted:
            wish = dialog.wish
            words = f"Animation (*{wish.suffix})" if wish.suffix else ""
            path = self._ask("Save the animation", f"{wish.pane}{wish.suffix}", words)
            if path is not None:
                theme = self._theme(is_light=wish.is_light)
                self.animation.start(path, wish, self._visible(), theme, panes[wish.pane])
        dialog.deleteLater()

    def _on_animation_finished(self, path: Path) -> None:
        self.window.status_line.show_sentence(f"The animation is in {path.name}.")

    def _panes(self) -> tuple[dict[str, Pane], str | None]:
        """Return the panes in the window, and the one with the focus or else the first in sight."""
        docks, focus = self.window.docks, self.window.focusWidget()
        panes = {name: pane for name, pane in docks.panes.items() if not docks.docks[name].isHidden()}
        panes = {name: pane for name, pane in panes.items() if not pane.is_beside_text}
        order = [name for column in docks.columns() for name in column]
        chosen = [name for name, pane in panes.items() if focus is not None and pane.isAncestorOf(focus)]
        return panes, next(iter([*chosen, *order, *panes]), None)

    def _theme(self, *, is_light: bool) -> Theme:
        return LIGHT if is_light else self.window.theme

    def _visible(self) -> list[Track]:
        return [track for track in self.window.session.tracks if not track.is_hidden]

    # --- writing -----------------------------------------------------------------------------------------------------

    def _ask(self, title: str, name: str, kinds: str) -> Path | None:
        """Ask for the name of a file; it begins in the folder that was used last and ends as it must."""
        settings, lesson = self.window.settings, self.window.session.lesson
        folder = Path(settings.last_folder) if settings.last_folder else Path.home()
        begin = f"{lesson.id}-{name}" if lesson is not None else name
        chosen, kind = QFileDialog.getSaveFileName(self.window, title, str(folder / begin), kinds)
        if not chosen:
            return None
        path, endings = Path(chosen), ENDING.findall(kinds)
        if endings and path.suffix.lower() not in endings:
            path = path.with_name(path.name + (ENDING.findall(kind) or endings)[0])
        self.window.settings = settings.replace(last_folder=str(path.absolute().parent))
        save_settings(self.window.settings)
        return path

    def _start(self, path: Path | None, make: Callable[[], Made]) -> None:
        def work(_job: Job[Made]) -> Made:
            made = make()
            if path is not None:
                with replacing(path) as beside:
                    beside.write_bytes(made[0])
            return made

        self._jobs.append((Job(work, "nllab-export"), path))
        self._timer.start()

    def _on_timer_timeout(self) -> None:
        for entry in [entry for entry in self._jobs if entry[0].is_done]:
            self._jobs.remove(entry)
            job, path = entry
            try:
                remark = job.result()[1]
            except Exception as error:  # nothing was written; the session is as it was
                self.window.show_problem(str(error) if isinstance(error, LabError) else f"Not written: {error!r}")
            else:
                said = "The script is in the clipboard." if path is None else f"Written: {path.name}."
                self.window.status_line.show_sentence(said + remark)
        if not self._jobs:
            self._timer.stop()


TOOL = Exports
