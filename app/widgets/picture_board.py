"""A canvas with its pens and its ways to get a picture: drawing, changing it as a whole, opening a file.

It says what became of the grey values and keeps none of its own; the pane decides what an example is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from app.theme import LIGHT, Theme
from app.widgets.numbers import number
from app.widgets.options import OptionRow, fill
from app.widgets.own_example import OwnExample, grey_ends
from app.widgets.picture_reader import PictureReader
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.readout import Readout
from nlcore import pictures
from nlcore.datasets import Data
from nlcore.pictures import Fit, Picture, Place
from nlcore.records import FloatArray

INVITATION = "Draw here, or drop a picture."
PENS = {"Light": 1.0, "Grey": 0.5, "Dark": 0.0}
WIDTHS = (1, 2, 3, 5, 8)
FITS: dict[Fit, str] = {"whole": "Whole, with borders", "cut": "Middle, cut to fit", "stretch": "Stretched"}
FIT_WORDS: dict[Fit, str] = {
    "whole": "all of it in the middle, borders filled with its own edge",
    "cut": "its middle, what sticks out cut off",
    "stretch": "stretched to fit",
}
FEW = 500
FILTER = "Pictures (*.png *.jpg *.jpeg *.pgm *.ppm);;All files (*)"


class PictureBoard(QWidget):
    """Where a picture is made.

    Signals
    -------
    edited : object, bool
        Other grey values, shape (rows x columns,); whether this begins a new change.
    replaced : object, str, str
        The same from a file, with its name and how it was converted.
    undo_wanted
        The last change is to be taken back.
    failed : str
        One sentence why a file cannot be used; empty when that is over.
    """

    edited = Signal(object, bool)
    replaced = Signal(object, str, str)
    undo_wanted = Signal()
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.canvas = PixelCanvas(self)
        self.readout = Readout("Pixel under the pointer", self)
        self.reader = PictureReader(self)
        self._data: Data | None = None
        self._example: OwnExample | None = None
        self._ends = (0.0, 1.0)
        self._stroke: tuple[FloatArray, FloatArray, float] | None = None
        self._file: tuple[str, Picture] | None = None
        self._pointed: tuple[int, int] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget, stretch in (
            (self._build_pens(), 0),
            (self._build_fits(), 0),
            (self.readout, 0),
            (self.canvas, 1),
        ):
            layout.addWidget(widget, stretch)
        self.canvas.pen_put_down.connect(self._begin_stroke)
        self.canvas.pen_moved.connect(self._draw_stroke)
        self.canvas.pixel_marked.connect(self._mark_pixel)
        self.canvas.pointed_at.connect(self._point_at)
        self.canvas.move_wanted.connect(lambda down, right: self._change(lambda p: pictures.shifted(p, down, right)))
        self.canvas.undo_wanted.connect(self.undo_wanted)
        self.canvas.dropped.connect(self.reader.read_url)
        self.reader.found.connect(self._take_file)
        self.reader.failed.connect(self.failed)

    def _build_pens(self) -> OptionRow:
        row = OptionRow(self)
        self.pen = row.add_choice("Pen", "Pen", "Which grey value the pen leaves; the right button draws the opposite.")
        fill(self.pen, list(PENS), list(PENS.values()))
        self.width_choice = row.add_choice("Width", "Width of the pen", "How wide the pen is, in pixels.")
        fill(
            self.width_choice,
            [f"{n} pixel{'s' if n > 1 else ''}" for n in WIDTHS],
            list(WIDTHS),
            2,
            [f"{n} px" for n in WIDTHS],
        )
        menu = QMenu(self)
        rows: tuple[tuple[str, str, object], ...] = (
            ("&Take back\tCtrl+Z on the picture", "Undo the last change of your example.", self.undo_wanted.emit),
            ("&Open a picture …", "Choose a picture file.", self.choose_file),
            ("All &dark", "Make every pixel dark.", lambda: self._change(lambda p: np.zeros_like(p))),
            ("All &light", "Make every pixel light.", lambda: self._change(lambda p: np.ones_like(p))),
            ("&Invert", "Light becomes dark and dark light.", lambda: self._change(lambda p: 1.0 - p)),
            ("&Mirror", "Left becomes right.", lambda: self._change(lambda p: p[:, ::-1])),
            ("&Centre", "Move what differs from the border to the middle.", lambda: self._change(pictures.centred)),
            ("Move l&eft\tShift+Left", "By a pixel.", lambda: self.canvas.move_wanted.emit(0, -1)),
            ("Move &right\tShift+Right", "By a pixel.", lambda: self.canvas.move_wanted.emit(0, 1)),
            ("Move &up\tShift+Up", "By a pixel.", lambda: self.canvas.move_wanted.emit(-1, 0)),
            ("Move dow&n\tShift+Down", "By a pixel.", lambda: self.canvas.move_wanted.emit(1, 0)),
        )
        for text, tip, do in rows:
            action = menu.addAction(text)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, do=do: do())
        self.menu = menu
        row.add_menu("Picture   ", "Change the whole picture, or open one", menu)
        row.done()
        return row

    def _build_fits(self) -> OptionRow:
        self.fits = OptionRow(self)
        self.fit = self.fits.add_choice(
            "Fit", "How the file is fitted", "What to do where height and width are in another proportion."
        )
        fill(self.fit, list(FITS.values()), list(FITS))
        self.inverted = self.fits.add_switch("Inverted", "Light and dark exchanged: for dark ink on white paper.")
        self.fits.done()
        self.fits.hide()
        self.fit.currentIndexChanged.connect(self._convert)
        self.inverted.toggled.connect(self._convert)
        return self.fits

    def take_data(self, data: Data) -> None:
        """Prepare for another data set."""
        self._data, self._ends, self._stroke, self._file = data, grey_ends(data), None, None
        self.fits.hide()

    def show_example(self, example: OwnExample, data: Data, theme: Theme) -> None:
        """Show an example; what is being drawn goes on."""
        self._data, self._example, self.theme = data, example, theme
        self.canvas.show_pixels(example.shown.reshape(self.shape), *self._ends, theme)
        self.fits.setVisible(self._file is not None and not example.is_copy)
        self._point_at(self._pointed)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        assert self._data is not None
        assert self._data.image_shape is not None
        return self._data.image_shape

    def choose_file(self) -> None:
        """Let the person choose a picture."""
        chosen, _ = QFileDialog.getOpenFileName(self, "A picture for the network", "", FILTER)
        if chosen:
            self.reader.read(Path(chosen))

    def close_reader(self) -> None:
        """Wait for a file that is being read."""
        self.reader.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs."""
        self.reader.close()
        super().closeEvent(event)

    def _grey(self) -> FloatArray:
        """Return the picture from 0 (black) to 1 (white)."""
        assert self._example is not None
        low, high = self._ends
        return (self._example.shown.reshape(self.shape) - low) / (high - low)

    def _emit(self, grey: FloatArray, *, begins: bool) -> None:
        """Tell of new grey values; pixels that stay as they are keep their bits."""
        assert self._example is not None
        low, high = self._ends
        same = grey == self._grey()
        shown = np.where(same, self._example.shown.reshape(self.shape), low + grey * (high - low))
        self.edited.emit(shown.ravel(), begins)

    def _begin_stroke(self, opposite: bool) -> None:
        ink = float(self.pen.currentData())
        self._stroke = (self._grey(), np.zeros(self.shape), 1.0 - ink if opposite and ink != 0.5 else ink)
        self._emit(self._stroke[0], begins=True)

    def _draw_stroke(self, start: Place, end: Place) -> None:
        if self._stroke is None:
            return
        before, mask, ink = self._stroke
        np.maximum(mask, pictures.covered(self.shape, start, end, float(self.width_choice.currentData())), out=mask)
        self._emit(before * (1.0 - mask) + ink * mask, begins=False)

    def _mark_pixel(self, pixel: tuple[int, int]) -> None:
        mask = pictures.block(self.shape, pixel, int(self.width_choice.currentData()))
        self._emit(np.where(mask > 0.0, float(self.pen.currentData()), self._grey()), begins=True)

    def _change(self, change: object) -> None:
        assert callable(change)
        self._emit(change(self._grey()), begins=True)

    def _take_file(self, name: str, picture: Picture) -> None:
        if self._data is None:
            return
        self._file = (name, picture)
        examples = self._data.training.inputs[:FEW]
        if self._data.scaling is not None:
            examples = self._data.scaling.undo(examples)
        low, high = self._ends
        grey = (examples.reshape(-1, *self.shape) - low) / (high - low)
        self.inverted.blockSignals(True)
        self.inverted.setChecked(pictures.must_be_inverted(picture.grey, grey))
        self.inverted.blockSignals(False)
        self.failed.emit("")
        self._convert()

    def _convert(self) -> None:
        """Bring the file's picture to the network's resolution and values."""
        if self._file is None or self._data is None:
            return
        name, picture = self._file
        fit: Fit = self.fit.currentData()
        grey = pictures.fitted(picture.grey, self.shape, fit)
        if self.inverted.isChecked():
            grey = 1.0 - grey
        low, high = self._ends
        self.replaced.emit((low + grey * (high - low)).ravel(), name, self._conversion(picture, fit))

    def _conversion(self, picture: Picture, fit: Fit) -> str:
        """Say how a file became the picture."""
        (rows, columns), (low, high) = self.shape, self._ends
        said = [f"{picture.size[0]} rows and {picture.size[1]} columns in the file"]
        if picture.colours:
            said.append("colours turned to grey")
        if picture.size != self.shape:
            said.append(f"averaged to {rows} x {columns} pixels ({FIT_WORDS[fit]})")
        if self.inverted.isChecked():
            said.append("light and dark exchanged")
        said.append(f"black became {number(low)} and white {number(high)}")
        return "; ".join(said) + "."

    def _point_at(self, pixel: object) -> None:
        """Say the value of a pixel, and what the network gets of it."""
        self._pointed = pixel if isinstance(pixel, tuple) else None
        if self._pointed is None or self._example is None or self._data is None:
            self.readout.show_text(INVITATION)
            return
        row, column = self._pointed
        place = row * self.shape[1] + column
        if place >= len(self._example.shown):
            return
        said = f"Row {row + 1}, column {column + 1}: grey value {number(float(self._example.shown[place]))}"
        if self._data.scaling is not None:
            said += f"; standardised, the network gets {number(float(self._example.inputs[place]))}"
        self.readout.show_text(said)
