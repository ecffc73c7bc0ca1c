"""A canvas with few large pixels, drawn on with the mouse or the keyboard, on which a file can be dropped.

It shows grey values and says where a pen went; what that does to the values is decided elsewhere.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.focus import FocusWidget
from app.widgets.pixels import grey_image
from nlcore.records import FloatArray

GRID_FROM = 20.0
"""Pixels at least this large get lines between them."""
MARGIN = 3
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
PAINTING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PixelCanvas(FocusWidget):
    """A picture in large that can be drawn on.

    Attributes
    ----------
    can_undo : bool
        Whether there is a change to take back; if not, Ctrl+Z is left to the window.

    Signals
    -------
    pen_put_down : bool
        A line begins; whether with the opposite of the chosen pen (right button).
    pen_moved : object, object
        The pen went from one place to another: (row, column) each, in pixels.
    pixel_marked : object
        Enter was pressed at a pixel: (row, column).
    pointed_at : object
        The pixel under the pointer or the cursor, or None.
    move_wanted : int, int
        The picture is to be moved down and to the right by so many pixels.
    undo_wanted
        The last change is to be taken back.
    dropped : object
        A file was dropped: its `QUrl`.
    """

    pen_put_down = Signal(bool)
    pen_moved = Signal(object, object)
    pixel_marked = Signal(object)
    pointed_at = Signal(object)
    move_wanted = Signal(int, int)
    undo_wanted = Signal()
    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.shape = (1, 1)
        self.cursor_at = (0, 0)
        self.can_undo = False
        self._image: QImage | None = None
        self._last: tuple[float, float] | None = None
        self._is_above = False
        self._framed: tuple[int, int, int, int] | None = None
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAccessibleName("Your own picture")
        said = (
            "Draw with the mouse; the right button draws the opposite. With the keyboard: arrow keys move a cursor, "
            "Enter paints, Shift with an arrow key moves the picture, Ctrl+Z takes the last change back."
        )
        self.setAccessibleDescription(said)

    def show_pixels(self, values: FloatArray, black: float, white: float, theme: Theme) -> None:
        """Show a picture.

        Parameters
        ----------
        values : ndarray, shape (rows, columns)
            The grey values.
        black, white : float
            Their ends.
        theme : Theme
            Gives the colours around it.
        """
        self.show_image(grey_image(values, (values.shape[0], values.shape[1]), black, white), theme)

    def show_image(self, image: QImage, theme: Theme) -> None:
        """Show a picture whose colours are known."""
        self.shape = (image.height(), image.width())
        self.cursor_at = (min(self.cursor_at[0], self.shape[0] - 1), min(self.cursor_at[1], self.shape[1] - 1))
        self._image = image
        self.theme = theme
        self.update()

    def show_frame_around(self, pixels: tuple[int, int, int, int] | None) -> None:
        """Frame a rectangle of pixels, given by its first row and column and its height and width; None for none."""
        if pixels != self._framed:
            self._framed = pixels
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for little; it takes all the room there is."""
        return self.minimumSize()

    def area(self) -> QRectF:
        """Return where the picture is drawn."""
        rows, columns = self.shape
        zoom = min((self.width() - 2 * MARGIN) / columns, (self.height() - 2 * MARGIN) / rows)
        width, height = zoom * columns, zoom * rows
        return QRectF((self.width() - width) / 2, MARGIN, width, height)

    def place_of(self, point: QPointF) -> tuple[float, float]:
        """Return row and column of a point, in pixels; beyond the edge they are outside of the picture."""
        area = self.area()
        zoom = area.width() / self.shape[1]
        return (point.y() - area.top()) / zoom, (point.x() - area.left()) / zoom

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the pixel at a point, or None outside."""
        row, column = (int(np.floor(part)) for part in self.place_of(point))
        return (row, column) if 0 <= row < self.shape[0] and 0 <= column < self.shape[1] else None

    def centre_of(self, pixel: tuple[int, int]) -> QPointF:
        """Return the middle of a pixel on the widget."""
        area = self.area()
        zoom = area.width() / self.shape[1]
        return QPointF(area.left() + (pixel[1] + 0.5) * zoom, area.top() + (pixel[0] + 0.5) * zoom)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pixels, a grid, and the cursor."""
        del event
        if self._image is None:
            return
        painter, area = QPainter(self), self.area()
        painter.drawImage(area, self._image)
        zoom = area.width() / self.shape[1]
        if zoom >= GRID_FROM:
            painter.setPen(QPen(QColor(blend("#808080", "#404040", 0.5)), 0))
            for row in range(1, self.shape[0]):
                y = area.top() + row * zoom
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            for column in range(1, self.shape[1]):
                x = area.left() + column * zoom
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        is_marked = self._is_above or self.shows_focus
        painter.setPen(QPen(QColor(self.theme.accent if is_marked else self.theme.muted), 2 if is_marked else 1))
        painter.drawRect(area.adjusted(-1, -1, 1, 1))
        if self._framed is not None:
            self._draw_frame(painter, area, zoom, self._framed)
        if self.shows_focus:
            self._draw_frame(painter, area, zoom, (*self.cursor_at, 1, 1))
        painter.end()

    @staticmethod
    def _draw_frame(painter: QPainter, area: QRectF, zoom: float, pixels: tuple[int, int, int, int]) -> None:
        """Frame pixels so that it is seen on light and on dark ones."""
        row, column, high, wide = pixels
        cell = QRectF(area.left() + column * zoom, area.top() + row * zoom, wide * zoom, high * zoom)
        for colour, inset in (("#000000", -1.5), ("#ffd34d", 0.0)):
            painter.setPen(QPen(QColor(colour), 1.5))
            painter.drawRect(cell.adjusted(inset, inset, -inset, -inset))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) or self._last is not None:
            return
        self.shows_focus = False
        self.pen_put_down.emit(event.button() is Qt.MouseButton.RightButton)
        self._last = self.place_of(event.position())
        self.pen_moved.emit(self._last, self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw, or say what is under the pointer."""
        pixel = self.pixel_at(event.position())
        if self._last is not None:
            place = self.place_of(event.position())
            self.pen_moved.emit(self._last, place)
            self._last = place
        if pixel is not None:
            self.cursor_at = pixel
        self.pointed_at.emit(pixel)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        if not event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._last = None

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self.pointed_at.emit(None)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the drawing for it while the canvas has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_own = event.matches(QKeySequence.StandardKey.Undo) and self.can_undo  # else it is the window's
            is_plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if is_own or (is_plain and event.key() in (*STEPS, *PAINTING)):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor or the picture, paint, take back."""
        key, with_shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif key in STEPS and with_shift:
            self.move_wanted.emit(*STEPS[Qt.Key(key)])
        elif key in STEPS:
            down, right = STEPS[Qt.Key(key)]
            row, column = self.cursor_at
            self.cursor_at = (
                min(max(row + down, 0), self.shape[0] - 1),
                min(max(column + right, 0), self.shape[1] - 1),
            )
            self._show_cursor()
        elif key in PAINTING:
            self._show_cursor()
            self.pixel_marked.emit(self.cursor_at)
        else:
            super().keyPressEvent(event)

    def _show_cursor(self) -> None:
        self.shows_focus = True
        self.pointed_at.emit(self.cursor_at)
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file."""
        if event.mimeData().hasUrls():
            self._is_above = True
            event.acceptProposedAction()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        del event
        self._is_above = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the file on."""
        self._is_above = False
        urls: list[QUrl] = event.mimeData().urls()
        if urls:
            event.acceptProposedAction()
            self.dropped.emit(urls[0])
        self.update()
