"""Draws weight pictures at several moments side by side, with the weights of the output units below them.

A column is a moment. The column of the clock is framed; a click on another one asks for its moment.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.film_scene import Still, limits_of
from app.widgets.focus import FocusWidget
from app.widgets.pixels import SignedMap, images_of, letters_on, limit_of
from app.widgets.unit_names import brief
from app.widgets.weight_scene import BlockTable

GAP = 8
LEAST, MOST = 44, 320
"""Width of a picture."""
BLOCK = 13
"""Height of a row of blocks, at least."""
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class FilmCanvas(FocusWidget):
    """Stills side by side.

    Signals
    -------
    moment_chosen : int
        The clock is wanted at a still, given by its moment.
    """

    moment_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.stills: Sequence[Still] = ()
        self.units: Sequence[int] = ()
        self.now = 0
        self.space = QSize(300, 200)
        self._map = SignedMap.of(LIGHT)
        self._pictures: dict[tuple[int, int], QImage] = {}
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Weight pictures at several moments")
        self.setAccessibleDescription("Click a moment, or press the left and right arrow keys, to go there.")

    def show_stills(
        self,
        stills: Sequence[Still],
        units: Sequence[int],
        now: int,
        theme: Theme,
        *,
        is_shared: bool,
        grey: bool,
    ) -> None:
        """Show other pictures.

        Parameters
        ----------
        stills : sequence of Still
            One a column; those without weights are left empty.
        units : sequence of int
            Units of the first layer, one a row.
        now : int
            Presentations on the clock.
        theme : Theme
            Gives the colours.
        is_shared : bool
            Whether all pictures have one scale.
        grey : bool
            Whether the colours go from black over grey to white.
        """
        self.stills, self.units, self.now, self.theme = stills, units, now, theme
        self._map = SignedMap.of(theme, grey=grey)
        limits = limits_of(stills, units, is_shared=is_shared)
        self._pictures = {}
        for (place, unit), limit in limits.items():
            scene = stills[place].scene
            assert scene is not None
            image = scene.images[unit][None]
            self._pictures[place, unit] = images_of(self._map.colours(image, limit))[0]
        self._fit()
        self.update()

    def fit(self, space: QSize) -> None:
        """Arrange everything for the space that is in sight."""
        self.space = space
        self._fit()

    # --- where everything is -----------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a picture."""
        return next((still.scene.shape for still in self.stills if still.scene is not None), (1, 1))

    @property
    def tables(self) -> tuple[BlockTable, ...]:
        """The blocks below the pictures: those of the last layer."""
        scene = next((still.scene for still in self.stills if still.scene is not None), None)
        return scene.tables[-1:] if scene is not None else ()

    def _line(self) -> int:
        return self.fontMetrics().height()

    def _side(self) -> int:
        """Return the width of the names at the left."""
        wide = self.fontMetrics().horizontalAdvance
        names = [name for table in self.tables for name in table.rows]
        return max((wide(name) for name in (*names, *(str(unit + 1) for unit in self.units))), default=0) + 6

    def _blocks(self) -> int:
        """Return how high the blocks below the pictures are together."""
        return sum((len(table.rows) * max(BLOCK, self._line()) + self._line() + GAP) for table in self.tables)

    def _picture(self) -> QSize:
        """Return the size of a picture: as large as the space allows."""
        rows, columns = self.shape
        n = max(1, len(self.stills))
        room = (self.space.width() - self._side() - GAP) // n - GAP
        heads = 2 * self._line() + GAP
        high = (self.space.height() - heads - self._blocks() - GAP) // max(1, len(self.units)) - GAP
        wide = max(LEAST, min(room, round(high * columns / rows), MOST))
        zoom = wide // columns
        wide = zoom * columns if zoom >= 2 else wide  # every pixel as large as the others
        return QSize(wide, max(1, round(wide * rows / columns)))

    def _column(self) -> int:
        """Return the width of a column."""
        wide = self.fontMetrics().horizontalAdvance
        texts = max((wide(text) for still in self.stills for text in (still.title, still.note)), default=0)
        blocks = max((table.values.shape[1] for table in self.tables), default=1)
        return max(self._picture().width(), texts + 4, min(blocks, 12) * 8)

    def _fit(self) -> None:
        picture = self._picture()
        wide = self._side() + len(self.stills) * (self._column() + GAP) + GAP
        high = 2 * self._line() + GAP + len(self.units) * (picture.height() + GAP) + self._blocks() + GAP
        size = QSize(wide, high).expandedTo(self.space)
        if size != self.size():
            self.setFixedSize(size)

    def column_rect(self, place: int) -> QRect:
        """Return where a column is."""
        wide = self._column() + GAP
        return QRect(self._side() + GAP // 2 + place * wide, 0, wide, self.height())

    def picture_rect(self, place: int, row: int) -> QRect:
        """Return where the picture of a moment and a row is."""
        picture, column = self._picture(), self.column_rect(place)
        top = 2 * self._line() + GAP + row * (picture.height() + GAP)
        left = column.left() + (column.width() - picture.width()) // 2
        return QRect(QPoint(left, top), picture)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all columns that are in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.base))
        self._draw_names(painter)
        for place, still in enumerate(self.stills):
            column = self.column_rect(place)
            if column.intersects(event.rect()):
                self._draw_still(painter, place, still, column)
        if self.shows_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(1, 1, -2, -2))
        painter.end()

    def _draw_names(self, painter: QPainter) -> None:
        painter.setPen(QColor(self.theme.muted))
        side = self._side()
        for row, unit in enumerate(self.units):
            place = self.picture_rect(0, row)
            painter.drawText(QRect(0, place.top(), side, place.height()), CENTRE, str(unit + 1))
        for table, top in zip(self.tables, self._tops(), strict=True):
            high = max(BLOCK, self._line())
            for k, name in enumerate(table.rows):
                painter.drawText(QRect(4, top + k * high, side, high), LEFT, name)

    def _tops(self) -> list[int]:
        """Return where the blocks of each table begin, below their heading."""
        top = self.picture_rect(0, len(self.units)).top() + self._line()
        tops = []
        for table in self.tables:
            tops.append(top)
            top += len(table.rows) * max(BLOCK, self._line()) + self._line() + GAP
        return tops

    def _draw_still(self, painter: QPainter, place: int, still: Still, column: QRect) -> None:
        is_now = still.moment == self.now and still.scene is not None
        font = QFont(self.font())
        font.setBold(is_now)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.accent if is_now else self.theme.text))
        line = self._line()
        head = QRect(column.left(), 2, column.width(), line)
        painter.drawText(head, CENTRE, still.title)
        painter.setFont(self.font())
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(head.translated(0, line), CENTRE, still.note if still.scene is not None else "not yet")
        for row, unit in enumerate(self.units):
            rect = self.picture_rect(place, row)
            picture = self._pictures.get((place, unit))
            if picture is not None:
                painter.drawImage(rect, picture)
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        if still.scene is not None:
            for table, top in zip(still.scene.tables[-1:], self._tops(), strict=True):
                self._draw_blocks(painter, table, column, top)
        if is_now:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.drawRect(column.adjusted(1, 1, -1, -2))

    def _draw_blocks(self, painter: QPainter, table: BlockTable, column: QRect, top: int) -> None:
        """Draw the weights of the output units: the bias first, then those from each hidden unit."""
        n, high = table.values.shape[1], max(BLOCK, self._line())
        wide = (column.width() - GAP) // n
        if wide < 2:
            return
        left, limit = column.left() + (column.width() - n * wide) // 2, limit_of(table.values)
        painter.setPen(QColor(self.theme.muted))
        for k in (0, *range(1, n, max(1, -(-24 // wide)))):
            painter.drawText(QRect(left + k * wide - 8, top - high, wide + 16, high), CENTRE, str(k) if k else "w0")
        metrics = painter.fontMetrics()
        texts = [[brief(value) for value in values] for values in table.values.tolist()]
        has_room = all(metrics.horizontalAdvance(text) + 2 <= wide for line in texts for text in line)
        for row, values in enumerate(table.values):
            for k, value in enumerate(values.tolist()):
                cell = QRect(left + k * wide, top + row * high, wide - 1, high - 1)
                colour = self._map.colour(value, limit)
                painter.fillRect(cell, colour)
                if has_room:
                    painter.setPen(letters_on(colour))
                    painter.drawText(cell, CENTRE, texts[row][k])

    # --- choosing ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the moment under the pointer."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        for place, still in enumerate(self.stills):
            if still.scene is not None and self.column_rect(place).contains(event.position().toPoint()):
                self.moment_chosen.emit(still.moment)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the moment before or after with the arrow keys."""
        if event.key() not in STEPS:
            super().keyPressEvent(event)
            return
        known = [still.moment for still in self.stills if still.scene is not None]
        if STEPS[Qt.Key(event.key())] > 0:
            following = [moment for moment in known if moment > self.now]
        else:
            following = [moment for moment in known if moment < self.now][-1:]
        if following:
            self.moment_chosen.emit(following[0])
