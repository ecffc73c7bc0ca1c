"""The plane on which polygons are drawn: corners are clicked, dragged and deleted, or set with arrow keys and Enter.

It keeps the drawing and the steps that led to it, for undo, and says when it has changed. What is shown behind it is
given from outside.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.focus import FocusWidget
from app.widgets.region_drawing import Drawing, Place
from app.widgets.region_hand import OWN_KEYS, RegionHand
from app.widgets.region_painter import Backdrop, Sketch, to_pixel
from nlcore.theory.polygons import Point

CORNER_REACH, SIDE_REACH = 9.0, 6.0
MOST_STEPS = 200
HELP = (
    "Click to set corners; click the first one, double-click or press Enter to close the polygon. Drag a corner to "
    "move it, or a side to bend it. With the keyboard: arrow keys move a cross (with Shift in small steps), Enter sets "
    "a corner or picks one up, twice Enter closes, Delete deletes a corner, Shift+Delete the polygon, Ctrl+Z goes back."
)


class RegionCanvas(FocusWidget):
    """The drawing.

    Signals
    -------
    changed : no arguments
        The drawing is another one, or another corner is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.drawing = Drawing()
        self.selected: Place | None = None
        self.cross: Point | None = None
        self.is_wrong = False
        self._backdrop = Backdrop()
        self._before: list[Drawing] = []
        self.pointer: Point | None = None
        self.hand = RegionHand(self)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing of the region")
        self.setAccessibleDescription(HELP)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def show_backdrop(self, backdrop: Backdrop, *, is_wrong: bool) -> None:
        """Show what is behind the drawing, and whether something is wrong with it."""
        self._backdrop, self.is_wrong = backdrop, is_wrong
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for little; it takes all the room there is."""
        return self.minimumSize()

    def area(self) -> QRectF:
        """Return where the square of the plane lies."""
        metrics = self.fontMetrics()
        left, below, rest = metrics.horizontalAdvance("x2") + 10, metrics.height() + 6, 6
        size = max(20.0, min(self.width() - left - rest, self.height() - below - rest))
        return QRectF(left + (self.width() - left - rest - size) / 2, rest, size, size)

    def pixel_of(self, at: Point) -> QPointF:
        """Return where a place of the plane is on the widget."""
        return to_pixel(self.area(), at)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint everything."""
        del event
        painter = QPainter(self)
        sketch = Sketch(painter, self.area(), self.theme)
        sketch.frame()
        painter.save()
        painter.setClipRect(self.area())
        sketch.backdrop(self._backdrop)
        sketch.lines(self._backdrop.lines)
        painter.restore()
        sketch.edge(has_focus=self.hasFocus() and self.shows_focus)
        sketch.drawing(self.drawing, self.selected, self.pointer, is_wrong=self.is_wrong)
        if self.cross is not None:
            sketch.cross(self.cross)
        painter.end()

    # --- steps -------------------------------------------------------------------------------------------------------

    def take(self, drawing: Drawing) -> None:
        """Make a step: show another drawing, and remember this one."""
        if drawing != self.drawing:
            self.remember()
            self.show_drawing(drawing)

    def begin(self, drawing: Drawing) -> None:
        """Make a step to quite another drawing, in which nothing is chosen."""
        self.selected = self.cross = None
        self.take(drawing)

    def undo(self) -> None:
        """Go back one step."""
        if self._before:
            self.show_drawing(self._before.pop())

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back."""
        return bool(self._before)

    def delete_corner(self) -> None:
        """Delete the chosen corner, or the last one of the open polygon."""
        place = self._chosen()
        if place is not None:
            self.take(self.drawing.without_corner(place))

    def delete_polygon(self) -> None:
        """Delete the polygon of the chosen corner, or the open one."""
        place = self._chosen()
        if place is not None:
            self.take(self.drawing.without_loop(place[0]))

    def turn_polygon(self) -> None:
        """Make a hole of the chosen polygon, or the other way round."""
        place = self._chosen()
        if place is not None:
            self.take(self.drawing.turned(place[0]))

    def _chosen(self) -> Place | None:
        at_cross = self.corner_at(self.pixel_of(self.cross)) if self.cross is not None else None
        if at_cross is not None or self.selected is not None:
            return at_cross or self.selected
        n = len(self.drawing.open.points)
        return (len(self.drawing.loops), n - 1) if n else None

    def remember(self) -> None:
        """Keep the drawing as one to go back to."""
        self._before = [*self._before, self.drawing][-MOST_STEPS:]

    def show_drawing(self, drawing: Drawing) -> None:
        """Show a drawing without a step; what was chosen stays if it is there."""
        self.drawing = drawing
        places = {place for place, _ in drawing.corners()}
        if self.selected not in places:
            self.selected = None
        self.changed.emit()
        self.update()

    def select(self, place: Place | None) -> None:
        """Choose a corner, or none."""
        self.selected = place
        self.changed.emit()
        self.update()

    # --- finding -----------------------------------------------------------------------------------------------------

    def corner_at(self, pixel: QPointF) -> Place | None:
        """Return the corner near a pixel, or None; those of the open polygon come first."""
        found = [(self._apart(pixel, p), place) for place, p in reversed(self.drawing.corners())]
        near = [(apart, place) for apart, place in found if apart <= CORNER_REACH]
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def side_at(self, pixel: QPointF) -> Place | None:
        """Return the corner at which the side near a pixel begins, or None; finished polygons only."""
        for i, loop in enumerate(self.drawing.loops):
            for k, start in enumerate(loop.points):
                a, b = self.pixel_of(start), self.pixel_of(loop.points[(k + 1) % len(loop.points)])
                along, away = b - a, pixel - a
                square = QPointF.dotProduct(along, along)
                share = min(max(QPointF.dotProduct(away, along) / square, 0.0), 1.0) if square else 0.0
                off = away - along * share
                if math.hypot(off.x(), off.y()) <= SIDE_REACH:
                    return i, k
        return None

    def _apart(self, pixel: QPointF, point: Point) -> float:
        away = self.pixel_of(point) - pixel
        return math.hypot(away.x(), away.y())

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the drawing for it while it has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            is_undo = event.matches(QKeySequence.StandardKey.Undo) and self.can_undo  # else it is the window's
            if is_undo or (is_plain and event.key() in OWN_KEYS):
                event.accept()
                return True
        return super().event(event)
