"""A picture that can be covered, and beside it a map of the same pixels over which a block can be slid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Theme
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.pixels import SignedMap, images_of, limit_of
from nlcore import pictures
from nlcore.occlusion import covers
from nlcore.records import FloatArray

Place = tuple[int, int]


class CoverView(QWidget):
    """The two pictures.

    Signals
    -------
    mask_changed
        Other pixels are covered.
    pointed_at : tuple of int or None
        The pixel of the map under the pointer or the cursor.

    Attributes
    ----------
    cover_mask : ndarray of bool, shape (rows, columns)
        Which pixels are covered.
    side : int
        Of the block and the pen, in pixels.
    """

    mask_changed = Signal()
    pointed_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cover_mask: NDArray[np.bool_] = np.zeros((1, 1), dtype=bool)
        self.side = 5
        self._is_uncovering = False
        self.canvas, self.map = PixelCanvas(self), PixelCanvas(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        for canvas, name, said in (
            (self.canvas, "Picture with its cover", "Draw to cover, with the right button to uncover."),
            (self.map, "Map of the fall of the output", "Click a place to put the block there."),
        ):
            canvas.setAcceptDrops(False)
            canvas.setMinimumSize(90, 80)
            canvas.setAccessibleName(name)
            canvas.setAccessibleDescription(f"{said} Arrow keys move a cursor, Enter puts the block there.")
            canvas.pixel_marked.connect(self.cover)
            canvas.undo_wanted.connect(self.uncover)
            row.addWidget(canvas, 1)
        self.canvas.pen_put_down.connect(self._put_down)
        self.canvas.pen_moved.connect(self._paint)
        self.canvas.pointed_at.connect(lambda _: self.pointed_at.emit(None))
        self.map.pointed_at.connect(self.pointed_at)
        self.map.pen_moved.connect(self._cover_at)

    def take_shape(self, shape: tuple[int, int]) -> None:
        """Prepare for pictures of a shape, uncovered."""
        self.cover_mask = np.zeros(shape, dtype=bool)

    def show_pictures(
        self, shown: FloatArray, ends: tuple[float, float], values: FloatArray | None, theme: Theme
    ) -> None:
        """Show grey values, and numbers as the map; None while there are none."""
        self.canvas.show_pixels(shown, *ends, theme)
        self.canvas.can_undo = self.map.can_undo = bool(self.cover_mask.any())
        numbers = np.zeros(self.cover_mask.shape) if values is None else values
        self.map.show_image(images_of(SignedMap.of(theme).colours(numbers[None], limit_of(numbers)))[0], theme)

    def frame_block(self, place: Place | None) -> tuple[int, int, int, int] | None:
        """Frame the block at a place in both pictures; return its first and last row, first and last column."""
        found = None
        if place is not None and place[0] < self.cover_mask.shape[0] and place[1] < self.cover_mask.shape[1]:
            block = np.argwhere(covers((self.cover_mask.shape[0], self.cover_mask.shape[1]), place, self.side))
            (top, left), (bottom, right) = block.min(axis=0).tolist(), block.max(axis=0).tolist()
            found = (top, bottom, left, right)
        for canvas in (self.canvas, self.map):
            framed = None if found is None else (top, left, bottom - top + 1, right - left + 1)
            canvas.show_frame_around(framed)
        return found

    def cover(self, place: object) -> None:
        """Cover with a block."""
        if isinstance(place, tuple):
            shape = (self.cover_mask.shape[0], self.cover_mask.shape[1])
            self.cover_mask = self.cover_mask | covers(shape, (place[0], place[1]), self.side)
            self.mask_changed.emit()

    def uncover(self) -> None:
        """Take the cover off."""
        self.cover_mask = np.zeros_like(self.cover_mask)
        self.mask_changed.emit()

    def _put_down(self, is_opposite: bool) -> None:
        self._is_uncovering = is_opposite

    def _paint(self, start: pictures.Place, end: pictures.Place) -> None:
        hit = pictures.covered(self.canvas.shape, start, end, float(self.side)) >= 0.5
        self.cover_mask = self.cover_mask & ~hit if self._is_uncovering else self.cover_mask | hit
        self.mask_changed.emit()

    def _cover_at(self, _start: pictures.Place, end: pictures.Place) -> None:
        row, column = (int(np.floor(part)) for part in end)
        if 0 <= row < self.cover_mask.shape[0] and 0 <= column < self.cover_mask.shape[1]:
            self.cover((row, column))
