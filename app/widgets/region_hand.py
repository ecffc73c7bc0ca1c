"""What mouse and keys do to a drawing of polygons: they set corners, carry them, close and delete.

It watches a canvas, makes steps of what a person does there, and draws nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent

from app.widgets.region_drawing import Place, tidy
from app.widgets.region_painter import to_place
from nlcore.theory.polygons import LIMIT, Point

if TYPE_CHECKING:
    from app.widgets.region_canvas import RegionCanvas

DRAG_FROM = 4.0
STEP, FINE_STEP = 0.05, 0.01
STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
OWN_KEYS = (*STEPS, *ENTER, *DELETE, Qt.Key.Key_Escape)


class RegionHand(QObject):
    """The hand of a person on a canvas.

    Parameters
    ----------
    canvas : RegionCanvas
        Where the drawing is.
    """

    def __init__(self, canvas: RegionCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self._carried: Place | None = None
        self._pressed: tuple[QPointF, Place | None, Place | None] | None = None
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse and the keys of the drawing."""
        kind = event.type()
        if watched is not self.canvas:
            return False
        if isinstance(event, QKeyEvent):
            return kind == QEvent.Type.KeyPress and self._key(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(kind, event)
        if kind == QEvent.Type.Leave:
            self.canvas.pointer = None
            self.canvas.update()
        return False

    def _first_of_open(self) -> Place | None:
        """Return the corner at which the open polygon can be closed."""
        drawing = self.canvas.drawing
        return (len(drawing.loops), 0) if len(drawing.open.points) >= 3 else None

    def _place_at(self, pixel: QPointF) -> Point:
        return to_place(self.canvas.area(), pixel)

    def _corner(self, place: Place) -> Point:
        return dict(self.canvas.drawing.corners())[place]

    # --- mouse -------------------------------------------------------------------------------------------------------

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if kind == QEvent.Type.MouseMove:
            self._move(event.position())
        elif kind == QEvent.Type.MouseButtonPress and is_left:
            self._press(event.position())
        elif kind == QEvent.Type.MouseButtonDblClick and is_left:
            self._press_again(event.position())
        elif kind == QEvent.Type.MouseButtonRelease and is_left:
            self._pressed = self._carried = None
        else:
            return False
        return True

    def _press(self, pixel: QPointF) -> None:
        """Set a corner, take hold of one, or close the polygon."""
        canvas, is_open = self.canvas, bool(self.canvas.drawing.open.points)
        canvas.cross, self._carried = None, None
        corner = canvas.corner_at(pixel)
        if corner is not None and corner == self._first_of_open():
            canvas.take(canvas.drawing.closed())
            return
        side = canvas.side_at(pixel) if corner is None and not is_open else None
        is_of_other = corner is not None and is_open and corner[0] < len(canvas.drawing.loops)
        if is_of_other or (corner is None and side is None):
            if not is_open and not canvas.area().contains(pixel):
                return
            canvas.take(canvas.drawing.with_corner(self._place_at(pixel) if corner is None else self._corner(corner)))
            corner = (len(canvas.drawing.loops), len(canvas.drawing.open.points) - 1)
        self._pressed = (pixel, corner, side)
        canvas.select(corner or side)

    def _press_again(self, pixel: QPointF) -> None:
        """Close the polygon with a double click; elsewhere it is another click."""
        if self._first_of_open() is not None:
            self._pressed = None
            self.canvas.take(self.canvas.drawing.closed())
        else:
            self._press(pixel)

    def _move(self, pixel: QPointF) -> None:
        """Drag what is held; else let the line of the open polygon follow."""
        canvas = self.canvas
        canvas.pointer = self._place_at(pixel)
        if self._pressed is not None:
            self._drag(pixel, *self._pressed)
        else:
            on_something = canvas.corner_at(pixel) is not None or canvas.side_at(pixel) is not None
            canvas.setCursor(Qt.CursorShape.PointingHandCursor if on_something else Qt.CursorShape.CrossCursor)
        canvas.update()

    def _drag(self, pixel: QPointF, start: QPointF, corner: Place | None, side: Place | None) -> None:
        canvas, away = self.canvas, pixel - start
        if self._carried is None:
            if max(abs(away.x()), abs(away.y())) < DRAG_FROM:
                return
            canvas.remember()
            if corner is None and side is not None:
                bent = canvas.drawing.bent(side, self._place_at(pixel))
                corner = side if bent is canvas.drawing else (side[0], side[1] + 1)
                canvas.show_drawing(bent)
            self._carried = corner
            canvas.select(corner)
        self._carry(self._place_at(pixel))

    def _carry(self, to: Point) -> None:
        if self._carried is not None:
            self.canvas.show_drawing(self.canvas.drawing.moved(self._carried, to))

    # --- keys --------------------------------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        key, canvas = Qt.Key(event.key()), self.canvas
        with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Undo):
            self._carried = None
            canvas.undo()
        elif key in STEPS:
            self._step(*STEPS[key], FINE_STEP if with_shift else STEP)
        elif key in ENTER:
            self._enter()
        elif key in DELETE:
            self._carried = None
            (canvas.delete_polygon if with_shift else canvas.delete_corner)()
        elif key == Qt.Key.Key_Escape:
            self._give_up()
        else:
            return False
        return True

    def _step(self, right: int, up: int, size: float) -> None:
        """Move the cross, and what is carried with it."""
        canvas = self.canvas
        x, y = canvas.cross or (0.0, 0.0)
        canvas.cross = tidy((min(max(x + right * size, -LIMIT), LIMIT), min(max(y + up * size, -LIMIT), LIMIT)))
        canvas.shows_focus = True
        if self._carried is not None:
            self._carry(canvas.cross)
        else:
            canvas.select(canvas.corner_at(canvas.pixel_of(canvas.cross)) or canvas.selected)

    def _enter(self) -> None:
        """Put down what is carried; close, pick up, or set a corner."""
        canvas, drawing = self.canvas, self.canvas.drawing
        if self._carried is not None:
            self._carried = None
        elif canvas.cross is None:
            if self._first_of_open() is not None:
                canvas.take(drawing.closed())
            else:
                self._step(0, 0, 0.0)
        else:
            self._enter_at(canvas.cross)

    def _enter_at(self, cross: Point) -> None:
        canvas, drawing = self.canvas, self.canvas.drawing
        corner, n, opened = canvas.corner_at(canvas.pixel_of(cross)), len(drawing.open.points), len(drawing.loops)
        if n >= 3 and corner in ((opened, 0), (opened, n - 1)):
            canvas.take(drawing.closed())
        elif corner is not None and not (n and corner[0] < opened):
            canvas.remember()
            self._carried = corner
            canvas.select(corner)
        else:
            canvas.take(drawing.with_corner(cross if corner is None else self._corner(corner)))

    def _give_up(self) -> None:
        """Put back what is carried, give up the open polygon, or choose nothing."""
        canvas = self.canvas
        if self._carried is not None:
            self._carried = None
            canvas.undo()
        elif canvas.drawing.open.points:
            canvas.take(canvas.drawing.without_open())
        else:
            canvas.select(None)
