"""The elephant: what networks draw with N parameters, the best that N parameters can do, and von Neumann's four.

Three pages: the outlines of all tracks, the error over the number of parameters, and the elephant of four complex
parameters with sliders, which needs no run at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.frame import Frame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.caption import Caption
from app.widgets.elephant_board import ElephantBoard, formula_text
from app.widgets.fit_error_plot import FitErrorPlot, Mark
from app.widgets.legend import Entry, Legend
from app.widgets.options import OptionRow, fill
from app.widgets.outline_texts import (
    NO_OUTLINE,
    Drawing,
    best_fits,
    drawing,
    drawings_table,
    error_text,
    fits_table,
    fits_words,
    has_outline,
)
from app.widgets.outline_view import NOTHING, TARGET, Outline, OutlineView
from app.widgets.parameter_sliders import LARGEST, full_name
from app.widgets.readout import Readout
from app.widgets.track_look import track_colour
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory.elephant import TERMS
from nlcore.theory.outlines import Fit

OUTLINES, ERRORS, FOUR = "outlines", "errors", "four"
CELL = 150, 170
"""Room that the picture of a track needs."""
LOW = 300


class Cell(QWidget):
    """One track: its name and numbers, and its picture below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Caption("Name, parameters and error", self)
        self.view = OutlineView("Outline of a track", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.view, 1)
        self.setMinimumHeight(CELL[1])


class ElephantPane(Pane):
    """Outlines of the tracks, errors over parameters, and the elephant of four."""

    id = "elephant"
    key = "Ctrl+Alt+0"
    title = "Elephant"
    help = "What networks with more and more parameters make of an outline, and the elephant of four parameters."
    multiples = "own"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawings: tuple[Drawing, ...] = ()
        self.cells: list[Cell] = []
        self.options = OptionRow(self.body)
        self.page = self.options.add_choice("Show", "What is shown", "Outlines, errors, or von Neumann's elephant")
        fill(
            self.page,
            ["What the tracks draw", "Error and parameters", "Elephant of four parameters"],
            [OUTLINES, ERRORS, FOUR],
            OUTLINES,
            ["Outlines", "Errors", "Four parameters"],
        )
        self.shows_points = self.options.add_switch("Points", "Draw the points of the training and the validation set")
        self.shows_points.setChecked(True)
        self.options.done()
        self.message = QLabel(NO_OUTLINE)
        self.board = ElephantBoard()
        self.picture = FitErrorPlot(self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("What is to be seen", self.body)
        self._lay_out()
        self.page.activated.connect(lambda _: self._redraw())
        self.shows_points.toggled.connect(lambda _: self._redraw())
        self.board.sliders.changed.connect(self._say)
        self.picture.plot.pointed.connect(lambda x, _: self._point_at(x))
        self.picture.plot.left.connect(self._say)
        self.retheme(self.theme)

    def _lay_out(self) -> None:
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setMargin(20)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(4, 0, 4, 0)
        self._grid.setSpacing(6)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        errors = QWidget(self.body)
        column = QVBoxLayout(errors)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture.plot, 1)
        column.addWidget(self.picture.legend)
        self.pages = QStackedWidget(self.body)
        for page in (self.area, errors, self.board, self.message):
            self.pages.addWidget(page)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part, stretch in ((self.options, 0), (self.pages, 1), (self.legend, 0), (self.readout, 0)):
            column.addWidget(part, stretch)

    # --- contract ----------------------------------------------------------------------------------------------------

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.board, self.picture, self.legend):
            part.retheme(theme)
        for cell in self.cells:
            cell.view.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw the page that is chosen."""
        self.drawings = _drawings(frame)
        page = str(self.page.currentData())
        if page == FOUR:
            self.pages.setCurrentWidget(self.board)
        elif not self.drawings:
            self.pages.setCurrentWidget(self.message)
        else:
            self.pages.setCurrentIndex((OUTLINES, ERRORS).index(page))
        has_cells = page == OUTLINES and bool(self.drawings)
        self.shows_points.setEnabled(has_cells)
        if has_cells:
            self._draw_cells(frame)
        elif page == ERRORS and self.drawings:
            marks = [
                Mark(d.number, d.name, d.n_parameters, d.training) for d in self.drawings if d.number in _alike(frame)
            ]
            self.picture.show_fits(_fits(frame), marks)
        self._explain()
        self._say()

    def in_words(self, frame: Frame) -> str:
        """Say what the tracks draw, or the formula of the elephant."""
        drawings = _drawings(frame)
        page = self.page.currentData()
        if page == FOUR:
            return formula_text(self.board.parameters)
        if not drawings:
            return NO_OUTLINE
        if page == ERRORS:
            return fits_words(_fits(frame))
        whose = [f"{d.name}: " if len(frame.tracks) > 1 else "" for d in drawings]
        return "; ".join(name + d.words for name, d in zip(whose, drawings, strict=True)) + "."

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return errors of the tracks, the best possible ones, and the parameters of the elephant."""
        drawings = _drawings(frame)
        rows = tuple((full_name(term), term.value(self.board.parameters)) for term in TERMS)
        numbers = Table("Parameters of the elephant", ("parameter", "value"), rows)
        if not drawings:
            return (numbers,)
        return drawings_table(drawings), fits_table(_fits(frame)), numbers

    def take_over(self, other: Pane) -> None:
        """Show the same elephant."""
        if isinstance(other, ElephantPane):
            self.board.take_numbers(other.board.sliders.numbers, other.board.phase)

    def notes(self) -> Mapping[str, Any]:
        """Return the numbers of the elephant."""
        return {"parameters": list(self.board.sliders.numbers)}

    def take_notes(self, notes: Mapping[str, Any]) -> None:
        """Show the numbers of a session file."""
        found = notes.get("parameters")
        if (
            isinstance(found, list)
            and len(found) == len(TERMS)
            and all(isinstance(n, int | float) and -LARGEST <= n <= LARGEST for n in found)
        ):
            self.board.take_numbers(tuple(map(float, found)), 0.0)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _draw_cells(self, frame: Frame) -> None:
        drawings = self.drawings
        while len(self.cells) < len(drawings):
            cell = Cell(self.area.widget())
            cell.view.retheme(self.theme)
            self.cells.append(cell)
        self._place_cells()
        reach = np.concatenate([d.target for d in drawings] + [_training(frame, d.number)[0] for d in drawings])
        tracks = {track.number: track for track in frame.tracks}
        for cell, d in zip(self.cells, drawings, strict=False):
            training, validation, chosen = _training(frame, d.number)
            points = (training, validation, chosen) if self.shows_points.isChecked() else (NOTHING,) * 3
            several = len(drawings) > 1
            colour = track_colour(self.theme, d.number)
            name = f"{tracks[d.number].name}. " if several and not _says_the_same(d) else ""
            cell.caption.show_text(name + d.words)
            cell.view.show_outline(Outline(d.curve, d.target, *points), reach, colour)
            cell.view.setAccessibleName(f"Outline drawn by {d.name}")
            cell.view.setAccessibleDescription(d.words)

    def _place_cells(self) -> None:
        """Arrange as many cells as there are drawings so that the pictures are as large as can be."""
        n = len(self.drawings)
        width, height = max(1, self.pages.width()), max(1, self.pages.height())
        columns = max(range(1, n + 1), key=lambda c: min(width / c / 1.1, height / math.ceil(n / c) - 30))
        columns = max(1, min(columns, width // CELL[0]))
        for k in range(8):
            self._grid.setRowStretch(k, int(k < math.ceil(n / columns)))
            self._grid.setColumnStretch(k, int(k < columns))
        for k, cell in enumerate(self.cells):
            self._grid.removeWidget(cell)
            cell.setVisible(k < n)
            if k < n:
                self._grid.addWidget(cell, k // columns, k % columns)

    def _explain(self) -> None:
        """Say what the lines and points of the outlines are."""
        theme = self.theme
        if self.pages.currentWidget() is not self.area or self.height() < LOW:
            self.legend.set_entries([])
            return
        entries = [
            Entry("drawn by the network", "line", track_colour(theme, self.drawings[0].number), width=2.4),
            Entry("as it should be", "line", theme.text, dashes=TARGET),
        ]
        if self.shows_points.isChecked():
            entries.append(Entry("training", "marker", theme.text, theme.base, "o"))
            if not all(math.isnan(d.validation) for d in self.drawings):
                entries.append(Entry("validation", "marker", "", theme.curves["validation"], "s"))
        self.legend.set_entries(entries)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the pictures anew."""
        super().resizeEvent(event)
        self.readout.set_max_lines(1 if self.height() < LOW else 3)
        if self.drawings and self.cells:
            self._place_cells()

    # --- what a person does ------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _say(self) -> None:
        if self.frame is None:
            return
        page = self.page.currentData()
        self.readout.setVisible(page == ERRORS)
        if page == ERRORS:
            self.readout.show_text(self.in_words(self.frame))

    def _point_at(self, x: float) -> None:
        """Say the errors with the number of parameters nearest to the pointer."""
        found = self.picture.fits
        if not found:
            return
        fit = min(found, key=lambda one: abs(one.n_parameters - x))
        between = "" if math.isnan(fit.validation) else f", between the points {error_text(fit.validation)}"
        harmonics = "1 harmonic" if fit.harmonics == 1 else f"{fit.harmonics} harmonics"
        self.readout.show_text(
            f"{fit.n_parameters} parameters ({harmonics}): best possible error {error_text(fit.training)}{between}."
        )


def _drawings(frame: Frame) -> tuple[Drawing, ...]:
    """Return what the tracks with outlines and finite weights draw."""
    return tuple(
        drawing(track) for track in frame.tracks if has_outline(track) and np.all(np.isfinite(track.state.params))
    )


def _fits(frame: Frame) -> tuple[Fit, ...]:
    """Return the best fits for the first track with an outline."""
    model = next(track.model for track in frame.tracks if has_outline(track))
    assert isinstance(model, FeedforwardModel)
    return best_fits(model.examples)


def _alike(frame: Frame) -> set[int]:
    """Return the numbers of the tracks that learn from the points of the best fits."""
    tracks = [track for track in frame.tracks if has_outline(track)]
    wanted = tracks[0].data
    return {
        track.number
        for track in tracks
        if track.data is not None
        and wanted is not None
        and np.array_equal(track.data.training.targets, wanted.training.targets)
    }


def _training(frame: Frame, number_of: int) -> Sequence[FloatArray]:
    """Return training points, validation points and the selected one of a track."""
    model = next(track.model for track in frame.tracks if track.number == number_of)
    assert isinstance(model, FeedforwardModel)
    chosen, sets = frame.selection.example, model.examples.sets
    is_there = chosen is not None and 0 <= chosen[1] < len(sets[chosen[0]])
    ring = sets[chosen[0]].targets[[chosen[1]]] if is_there and chosen is not None else NOTHING
    return model.examples.training.targets, model.examples.validation.targets, ring


def _says_the_same(d: Drawing) -> bool:
    """Tell whether the name of a track is its number of parameters, which the caption says anyway."""
    return d.name == f"{d.n_parameters} parameters"


PANE = ElephantPane
