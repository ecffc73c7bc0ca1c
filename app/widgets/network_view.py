"""Draws a network as circles and lines in one go, and tells what a person does to it with the mouse or with keys.

Circles are filled by the units' outputs, lines coloured by sign and as wide as the weight is large. A line that is
pinned can be dragged up and down. Lines that have changed glow for a moment.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.focus import FocusWidget
from app.widgets.network_keys import STEPS, moved
from app.widgets.network_layout import BIAS, GROUP, Diagram, arrange
from app.widgets.network_links import Links
from app.widgets.network_marks import Marks, Part, draw_bubble
from app.widgets.network_painter import LEGEND_FROM, MARGIN, NetworkPainter
from app.widgets.network_scene import Link, NetworkScene
from app.widgets.numbers import count
from nlcore.records import FloatArray
from nlcore.rules import Place

DRAG_FROM = 4
"""Pixels the pointer goes with the button down before a line is being dragged."""
FLASH_MS, FLASH_STEPS = 140, 6
BUBBLE_FROM = 260
"""Height from which the words beside the pointer leave room for the numbers of a phase; they stand below anyway."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NetworkView(FocusWidget):
    """One network.

    Signals
    -------
    chosen : tuple of int, Link or None
        A unit or a line was clicked, or Enter was pressed on it; None for empty space and Escape.
    pointed : tuple of int, Link or None
        The pointer or the arrow keys have come to a unit or a line, or have left all of them.
    dragged : float
        The pinned line is being dragged; by so many pixels, upwards, since the button went down.
    dropped : bool
        It was let go; False if it shall be as before.
    """

    chosen = Signal(object)
    pointed = Signal(object)
    dragged = Signal(float)
    dropped = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.scene: NetworkScene | None = None
        self.selected: tuple[int, int] | None = None
        self.weight: Place | None = None
        self.can_drag = False
        """Whether the pinned line may be dragged."""
        self.cursor_part: Part | None = None
        self._is_by_keys = False
        self.hovered: Part | None = None
        self._links: Links | None = None
        self._layers: tuple[int, ...] = ()
        self._pointer = QPointF()
        self._words = ""
        self._press: QPointF | None = None
        self._is_dragging = False
        self._glow = np.zeros(0)
        self._glow_left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FLASH_MS)
        self._timer.timeout.connect(self._fade)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network diagram")

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the layers can be told apart."""
        return QSize(160, 120)

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_scene(
        self,
        scene: NetworkScene,
        selected: tuple[int, int] | None,
        theme: Theme,
        weight: Place | None = None,
        *,
        flashes: bool = False,
    ) -> None:
        """Draw another moment.

        Parameters
        ----------
        scene : NetworkScene
            What is drawn.
        selected : tuple of int or None
            The pinned unit.
        theme : Theme
            Gives the colours.
        weight : tuple of int or None
            The pinned weight.
        flashes : bool
            Whether weights that differ from those shown before glow for a moment.
        """
        before, self.scene, self.selected, self.weight = self.scene, scene, selected, weight
        self.theme = theme
        if self._links is None or self._layers != scene.names.layers:
            self._place()
        assert self._links is not None
        self._links.take_values(scene)
        if flashes and before is not None and before.names.layers == scene.names.layers:
            self._flash(self._links.differences(before, scene))
        elif self._glow_left and before is not None and before.weights is not scene.weights:
            self.stop_flash()
        self.update()

    def _flash(self, shares: FloatArray) -> None:
        if np.any(shares > 0.0):
            self._glow, self._glow_left = shares, FLASH_STEPS
            self._timer.start()

    def stop_flash(self) -> None:
        """Let nothing glow any more."""
        self._glow_left = 0
        self._timer.stop()

    def _fade(self) -> None:
        self._glow_left -= 1
        if self._glow_left <= 0:
            self.stop_flash()
        self.update()

    @property
    def keyboard_part(self) -> Part | None:
        """The unit or line that the arrow keys have come to, while they belong to the picture."""
        return self.cursor_part if self.hasFocus() and self._is_by_keys else None

    @property
    def is_flashing(self) -> bool:
        """Whether lines glow."""
        return self._glow_left > 0

    @property
    def diagram(self) -> Diagram | None:
        """Where everything is."""
        return self._links.diagram if self._links else None

    def _place(self) -> None:
        scene = self.scene
        if scene is None:
            return
        if self._layers != scene.names.layers:
            self.cursor_part = None
        self._layers, self.hovered, self._words = scene.names.layers, None, ""
        self.stop_flash()
        metrics = self.fontMetrics()
        line = float(metrics.height())
        legend = line + 4 if self.height() >= LEGEND_FROM else 0.0
        area = QRectF(0, 0, self.width(), self.height()).adjusted(MARGIN, 2 * line + 4, -MARGIN, -legend - 2)
        most = 0.26 * self.width()
        names = scene.names
        left = 0.0
        if names.layers[0] <= 24:
            left = min(most, max((metrics.horizontalAdvance(name) for name in names.inputs), default=0) + 8)
        right = min(most, max(metrics.horizontalAdvance(name) for name in (*names.outputs, "t − o = −0.93")) + 8)
        self._links = Links(arrange(names.layers, area, left, right, line))
        self._links.take_values(scene)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the units anew."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw links, then units over them, then texts."""
        del event
        painter = QPainter(self)
        if self.scene is not None and self._links is not None:
            NetworkPainter(self, painter, self.scene, self._links, self.theme, self._marks(self._links)).draw()
            is_told_below = self.scene.lit is not None and self.height() < BUBBLE_FROM
            if self._words and not self._is_dragging and not is_told_below:
                draw_bubble(self, painter, self.theme, self._pointer, self.words_at(self._pointer))
        else:
            painter.fillRect(self.rect(), QColor(self.theme.base))
        if self.shows_focus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _marks(self, links: Links) -> Marks:
        assert self.scene is not None
        lit = self.scene.lit
        glow, strength = None, 1.0
        if self._glow_left:
            glow, strength = self._glow, self._glow_left / FLASH_STEPS
        elif lit is not None and lit.name == "new weights":
            glow = links.changes(self.scene)
        hovered = links.number(self.hovered) if isinstance(self.hovered, Link) else None
        pinned = None if self.weight is None else links.number_of(self.weight)
        return Marks(self._shown_selection(), pinned, hovered, self.keyboard_part, glow, strength)

    def _shown_selection(self) -> tuple[int, int] | None:
        if self.selected is None or self.diagram is None or self.selected[0] >= len(self.diagram.columns):
            return None
        return self.selected if self.selected[1] < len(self.diagram.columns[self.selected[0]].units) else None

    # --- what is where -----------------------------------------------------------------------------------------------

    def unit_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the unit at a place, also the constant one or the block."""
        diagram = self.diagram
        if diagram is None:
            return None
        reach = diagram.radius + 3
        for layer, column in enumerate(diagram.columns):
            if column.group is not None and column.group.adjusted(-6, -6, 0, 14).contains(place):
                return layer, GROUP
            if column.bias is not None and _distance(column.bias, place) <= reach:
                return layer, BIAS
            for unit, centre in enumerate(column.units):
                if _distance(centre, place) <= reach:
                    return layer, unit
        return None

    def part_at(self, place: QPointF) -> Part | None:
        """Return the unit or else the line at a place."""
        unit = self.unit_at(place)
        if unit is not None or self._links is None:
            return unit
        nearest = self._links.nearest(place)
        return None if nearest is None else self._links.links[nearest]

    def words_at(self, place: QPointF) -> str:
        """Say what is at a place in a few words; empty for nothing."""
        if self.scene is None or self._links is None:
            return ""
        for layer, column in enumerate(self._links.diagram.columns):
            if column.hidden and _distance(column.more, place) < 24:
                return (
                    f"{self.scene.names.layer(layer)}: {count(column.hidden)} more units and their links are not "
                    "drawn; they take part all the same. A larger pane shows more of them."
                )
        part = self.part_at(place)
        return "" if part is None else self.scene.brief_words(part)

    # --- mouse -------------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer and mark a line, or drag it."""
        place = event.position()
        if self._press is not None and event.buttons() & Qt.MouseButton.LeftButton:
            up = self._press.y() - place.y()
            self._is_dragging = self._is_dragging or abs(up) >= DRAG_FROM
            if self._is_dragging:
                self.dragged.emit(up)
            return
        part, words = self.part_at(place), self.words_at(place)
        self.setCursor(Qt.CursorShape.SizeVerCursor if self._can_grip(part) else Qt.CursorShape.ArrowCursor)
        if words or words != self._words:
            self._words, self._pointer = words, place
            self.update()
        self._point_at(part)

    def _point_at(self, part: Part | None) -> None:
        if part != self.hovered:
            self.hovered = part
            self.update()
            self.pointed.emit(part)

    def _can_grip(self, part: Part | None) -> bool:
        return self.can_drag and isinstance(part, Link) and self.weight is not None and part.place == self.weight

    def leaveEvent(self, event: QEvent) -> None:
        """Unmark the line."""
        super().leaveEvent(event)
        self._words = ""
        self._point_at(None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a unit, a line or nothing; take hold of a pinned line."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        part = self.part_at(event.position())
        self.cursor_part, self._is_by_keys = part, False
        if self._can_grip(part):
            self._press, self._is_dragging = event.position(), False
        else:
            self.chosen.emit(part)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let a line go; one that was not dragged was only clicked."""
        if event.button() is not Qt.MouseButton.LeftButton or self._press is None:
            return
        self._press = None
        if self._is_dragging:
            self._is_dragging = False
            self.dropped.emit(True)
        else:
            self.chosen.emit(self.part_at(event.position()))

    # --- keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from part to part with the arrow keys; Enter pins, Escape unpins."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self._is_dragging:
            self._press, self._is_dragging = None, False
            self.dropped.emit(False)
        elif key == Qt.Key.Key_Escape:
            self.chosen.emit(None)
        elif key in ENTER and self.cursor_part is not None:
            self.chosen.emit(self.cursor_part)
        elif key in STEPS and self._links is not None:
            start = self.cursor_part if self.cursor_part is not None else self._shown_selection()
            self.cursor_part, self._is_by_keys = moved(self._links, start, Qt.Key(key)), True
            self.update()
            self.pointed.emit(self.cursor_part)
        else:
            super().keyPressEvent(event)


def _distance(a: QPointF, b: QPointF) -> float:
    return float(np.hypot(a.x() - b.x(), a.y() - b.y()))
