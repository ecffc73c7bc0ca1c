"""Editing the points of a picture by hand: add, move, delete and relabel them with the mouse or with keys.

It turns what a person does on a `SurfacePlot` into edits of the training set, one for each thing done, and changes
nothing itself. A point that is dragged follows the pointer; only where it is let go becomes an edit.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from app.widgets.edit_bar import EditBar
from app.widgets.surface import SurfacePlot
from nlcore.class_targets import class_of, targets_of_class
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, MoveExample, RelabelExample
from nlcore.datasets import Data

DRAG_FROM = 4
"""Pixels the pointer goes with the button down before a point is being moved."""
HINT = "Click an empty place to add a point, drag a point to move it; right-click for more."
BRIEF_HINT = "Click: add. Drag: move. Right-click: more."
KEYS_HINT = (
    "Arrow keys move the cross. Enter adds a point there, or picks one up and puts it down; Delete deletes it, "
    "Shift+Enter changes its class."
)
CARRYING = "Arrow keys move the point; Enter puts it down, Escape leaves it where it was."
NONE_CHOSEN = "No point is chosen: click one, or move the cross onto it with the arrow keys."
PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class _Grip(NamedTuple):
    """What is held: a point, where it was, where it was taken, and whether keys hold it."""

    point: int
    home: tuple[float, float]
    taken_at: tuple[float, float]
    pixel: QPointF
    by_keys: bool


class PointEditor(QObject):
    """Edits the points of a plot while it is switched on.

    Signals
    -------
    edit_wanted : DataEdit
        The person wants the training set to be another.
    point_chosen : int
        A point was clicked.
    cross_wanted : float, float
        The cross for the keyboard shall be there.

    Parameters
    ----------
    plot : SurfacePlot
        Whose points are edited.
    bar : EditBar
        Says which class new points get, and shows what could not be done.
    """

    edit_wanted = Signal(object)
    point_chosen = Signal(int)
    cross_wanted = Signal(float, float)

    def __init__(self, plot: SurfacePlot, bar: EditBar) -> None:
        super().__init__(plot)
        self.plot, self.bar = plot, bar
        self.is_on = False
        self.menu = QMenu(plot)
        self._data: Data | None = None
        self._rows: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._why_not = ""
        self._grip: _Grip | None = None
        self._is_moving = False
        plot.canvas.installEventFilter(self)
        plot.canvas.viewport().installEventFilter(self)
        plot.stepped.connect(lambda *_: self._follow_cross())
        plot.points_changed.connect(self._let_go)

    def set_on(self, is_on: bool) -> None:
        """Switch editing on or off."""
        self.is_on = is_on
        self._let_go()
        self.bar.say("")

    def take(self, data: Data, rows: NDArray[np.intp], why_not: str) -> None:
        """Edit other data, or say why what is shown cannot be edited.

        Parameters
        ----------
        data : Data
            Whose training set is edited.
        rows : ndarray of int
            Which example each point is, ascending: of a large set not all are drawn.
        why_not : str
            A sentence; empty if it can be edited.
        """
        self._data, self._rows, self._why_not = data, rows, why_not

    @property
    def hint(self) -> str:
        """What can be done now, in a sentence."""
        if self._why_not:
            return self._why_not
        if self._grip is not None and self._grip.by_keys:
            return CARRYING
        return HINT if self.plot.cross is None else KEYS_HINT

    # --- what is done to a point --------------------------------------------------------------------------------------

    def add(self, at: tuple[float, float], index: int | None = None) -> None:
        """Add a point of the chosen class, or of a given one."""
        if not self._may_edit() or self._data is None:
            return
        targets = self.bar.targets() if index is None else targets_of_class(self._data, index)
        if targets is not None:
            self._ask(AddExample(inputs=tidy(at, self.plot.pixel()), targets=targets))

    def delete(self, index: int) -> None:
        """Delete a point."""
        if self._may_edit():
            self._ask(DeleteExample(index=int(self._rows[index])))

    def relabel(self, index: int, new_class: int | None = None) -> None:
        """Give a point another class (by default the next one), or the value in the bar where targets are numbers."""
        if not self._may_edit() or self._data is None:
            return
        example = int(self._rows[index])
        old = self._data.training.targets[example]
        targets: tuple[float, ...] | None
        if self._data.class_names is None:
            targets = self.bar.targets()
        else:
            following = (class_of(self._data, old) + 1) % len(self._data.class_names)
            targets = targets_of_class(self._data, following if new_class is None else new_class)
        if targets is not None and targets != tuple(old.tolist()):
            self._ask(RelabelExample(index=example, targets=targets))

    def _ask(self, part: AddExample | DeleteExample | MoveExample | RelabelExample) -> None:
        self.bar.say("")
        self.edit_wanted.emit(DataEdit.of(part))

    def _may_edit(self) -> bool:
        if self._why_not:
            self.bar.say(self._why_not)
        return not self._why_not

    # --- holding a point ---------------------------------------------------------------------------------------------

    def _select(self, index: int) -> int:
        """Let a point be selected, and return its index then: of a large set, others may be drawn now."""
        example = self._rows[index] if index < len(self._rows) else index
        self.point_chosen.emit(index)
        return int(np.searchsorted(self._rows, example))

    def _take_hold(self, index: int, at: tuple[float, float], pixel: QPointF, *, by_keys: bool) -> None:
        home = self.plot.points[index]
        self._grip = _Grip(index, (float(home[0]), float(home[1])), at, pixel, by_keys)
        self._is_moving = by_keys

    def _carry(self, at: tuple[float, float]) -> tuple[float, float]:
        """Let the held point follow, and return where it is now: inside the picture."""
        assert self._grip is not None
        plane, (x0, y0), (xt, yt) = self.plot.plane, self._grip.home, self._grip.taken_at
        x = min(max(x0 + at[0] - xt, plane.x_range[0]), plane.x_range[1])
        y = min(max(y0 + at[1] - yt, plane.y_range[0]), plane.y_range[1])
        place = tidy((x, y), self.plot.pixel()) if at != (xt, yt) else self._grip.home
        self.plot.hold(self._grip.point, place)
        return place

    def _put_down(self, at: tuple[float, float]) -> None:
        grip = self._grip
        assert grip is not None
        place = self._carry(at)
        if place == grip.home or not self._may_edit():
            self._let_go()
            return
        self._grip, self._is_moving = None, False
        self._ask(MoveExample(index=int(self._rows[grip.point]), inputs=place))
        self.plot.hold(-1, place)  # where it really is now, even if it could not be moved

    def _let_go(self) -> None:
        """Leave a held point where it was."""
        if self._grip is not None:
            self._grip, self._is_moving = None, False
            self.plot.hold(-1, (0.0, 0.0))

    def _follow_cross(self) -> None:
        if self._grip is not None and self._grip.by_keys and self.plot.cross is not None:
            self._carry(self.plot.cross)

    # --- mouse -------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse and the keys while editing is on."""
        if not self.is_on:
            return False
        kind = event.type()
        if isinstance(event, QMouseEvent) and watched is self.plot.canvas.viewport():
            return self._mouse(kind, event)
        if isinstance(event, QContextMenuEvent):
            by_keys = event.reason() is QContextMenuEvent.Reason.Keyboard
            self._open_menu(None if by_keys else event.pos(), event.globalPos())
            return True
        if isinstance(event, QKeyEvent) and watched is self.plot.canvas:
            if kind == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape and self._grip is not None:
                event.accept()
                return True
            return kind == QEvent.Type.KeyPress and self._key(event)
        return False

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        at = self._place(event.position())
        if self._grip is not None and self._grip.by_keys:
            return kind == QEvent.Type.MouseMove or event.button() == Qt.MouseButton.LeftButton
        if kind in PRESSES and event.button() == Qt.MouseButton.LeftButton and at is not None:
            self._press(at, event.position())
            return True
        if kind == QEvent.Type.MouseMove and self._grip is not None:
            self._drag(event.position())
            return True
        if kind == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton and self._grip:
            if self._is_moving:
                self._put_down(self.plot.place_at(event.position()))
            else:
                self._let_go()
            return True
        return False

    def _press(self, at: tuple[float, float], pixel: QPointF) -> None:
        index = self.plot.point_at(*at)
        self.bar.say("")
        if index < 0:
            self.add(at)
            return
        index = self._select(index)
        if not self._why_not:
            self._take_hold(index, at, pixel, by_keys=False)

    def _drag(self, position: QPointF) -> None:
        assert self._grip is not None
        away = position - self._grip.pixel
        self._is_moving = self._is_moving or max(abs(away.x()), abs(away.y())) >= DRAG_FROM
        if self._is_moving:
            self.plot.pointed.emit(*self._carry(self.plot.place_at(position)))

    def _place(self, position: QPointF) -> tuple[float, float] | None:
        """Return the place of the plane under a pixel; None outside the axes."""
        scene = self.plot.canvas.mapToScene(position.toPoint())
        return self.plot.place_at(position) if self.plot.box.sceneBoundingRect().contains(scene) else None

    # --- keys --------------------------------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        key, cross = Qt.Key(event.key()), self.plot.cross
        if key in ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._to_chosen(self.relabel)
        elif key in ENTER:
            self._enter(cross)
        elif key in DELETE and self._grip is None:
            self._to_chosen(self.delete)
        elif key == Qt.Key.Key_Escape and self._grip is not None:
            self._let_go()
        else:
            return False
        return True

    def _enter(self, cross: tuple[float, float] | None) -> None:
        if self._grip is not None:
            self._put_down(cross or self._grip.taken_at)
        elif cross is None:
            self.cross_wanted.emit(*_first_cross(self.plot))
        elif (index := self.plot.point_at(*cross)) >= 0:
            index = self._select(index)
            if self._may_edit():
                self._take_hold(index, cross, QPointF(), by_keys=True)
                self.plot.stepped.emit(0, 0)
        else:
            self.add(cross)

    def chosen(self) -> int:
        """Return the point under the cross, else the selected one, else -1."""
        under = self.plot.point_at(*self.plot.cross) if self.plot.cross is not None else -1
        return under if under >= 0 else self.plot.selected

    def _to_chosen(self, what: object) -> None:
        index = self.chosen()
        if index < 0:
            self.bar.say(NONE_CHOSEN)
        elif callable(what):
            what(index)

    # --- menu --------------------------------------------------------------------------------------------------------

    def _open_menu(self, pixel: QPoint | None, where: QPoint) -> None:
        """Offer what can be done at a pixel, or at the cross."""
        at = self._place(QPointF(pixel)) if pixel is not None else self.plot.cross
        index = self.chosen() if pixel is None else self.plot.point_at(*at) if at is not None else -1
        if not self._may_edit() or self._data is None or (at is None and index < 0):
            return
        self.menu.clear()
        if index >= 0:
            index = self._select(index)
            value = self.bar.targets(quietly=True) if self._data.class_names is None else None
            is_of = class_of(self._data, self._data.training.targets[self._rows[index]])
            _offer_for_point(self.menu, self, self._data, index, is_of, value)
        elif at is not None:
            _offer_for_place(self.menu, self, self._data, at)
        self.menu.popup(where)


def _offer_for_place(menu: QMenu, editor: PointEditor, data: Data, at: tuple[float, float]) -> None:
    for k, name in enumerate(data.class_names or ()):
        menu.addAction(f"Add a point of class {_plain(name)}", partial(editor.add, at, k))
    if data.class_names is None:
        menu.addAction("Add a point here", partial(editor.add, at))


def _offer_for_point(
    menu: QMenu, editor: PointEditor, data: Data, index: int, is_of: int, value: tuple[float, ...] | None
) -> None:
    for k, name in enumerate(data.class_names or ()):
        if k != is_of:
            menu.addAction(f"Change the class to {_plain(name)}", partial(editor.relabel, index, k))
    if value is not None:
        menu.addAction(f"Set the target to {value[0]:g}", partial(editor.relabel, index))
    menu.addSeparator()
    menu.addAction("Delete this point", partial(editor.delete, index))


def tidy(at: tuple[float, float], pixel: tuple[float, float]) -> tuple[float, float]:
    """Leave out the decimals that a pixel does not tell."""
    steps = (10.0 ** math.floor(math.log10(size)) if size > 0.0 else 1.0 for size in pixel)
    x, y = (float(f"{round(value / step) * step:.12g}") for value, step in zip(at, steps, strict=True))
    return x, y


def _first_cross(plot: SurfacePlot) -> tuple[float, float]:
    """Return where the cross is put at first: on the selected point, else in the middle of the picture."""
    if 0 <= plot.selected < len(plot.points):
        x, y = plot.shown_at()[plot.selected].tolist()
        return x, y
    return sum(plot.plane.x_range) / 2, sum(plot.plane.y_range) / 2


def _plain(name: str) -> str:
    """Write a name of a stranger into a menu, where & would underline a letter."""
    return name.replace("&", "&&")
