"""The scales of signed numbers: a bar from minus over zero to plus for each, with the numbers at its ends.

Scales stand side by side where there is room, else one below the other.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.glossary import explained
from app.theme import LIGHT, Theme
from app.widgets.numbers import number
from app.widgets.pixels import COLOURS, SignedMap, letters_on

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
BAR = 64
LEAST_BAR = 24
OWN = ("− its largest", "+ its largest")


class ScaleLegend(QWidget):
    """One or more named scales."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.scales: tuple[tuple[str, float | None], ...] = ()
        self._map = SignedMap.of(LIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Scale of the colours")

    def show_scales(self, scales: tuple[tuple[str, float | None], ...], theme: Theme, *, grey: bool) -> None:
        """Show scales.

        Parameters
        ----------
        scales : tuple of (str, float or None)
            Name and end of each; None where every unit has its own.
        theme : Theme
            Gives the colours.
        grey : bool
            Whether they go from black to white.
        """
        self.scales, self.theme = scales, theme
        self._map = SignedMap.of(theme, grey=grey)
        said = "; ".join(self.words(scale) for scale in scales)
        self.setAccessibleDescription(said)
        dark, light = ("Black", "white") if grey else ("Blue", "yellow")
        self.setToolTip(explained(f"{dark}: negative, {light}: positive, the colour between: 0. {said}.", "weight"))
        self._fit()
        self.update()

    @staticmethod
    def words(scale: tuple[str, float | None]) -> str:
        """Say a scale."""
        name, limit = scale
        if limit is None:
            return f"{name}: from minus to plus its own largest weight, written beside it"
        low, high = _ends(limit)
        return f"{name}: all 0" if limit == 0.0 else f"{name}: from {low} over 0 to {high}"

    def ends(self, limit: float | None) -> tuple[str, str]:
        """Return what stands left and right of a bar: both ends, or only ± where there is no room for two."""
        if limit is None or limit == 0.0 or not self._is_narrow():
            return _ends(limit)
        return "", f"±{number(limit, 3)}"

    def _is_narrow(self) -> bool:
        wide = self.fontMetrics().horizontalAdvance
        names = max((wide(name) + 8 for name, _ in self.scales), default=0)
        ends = [_ends(limit) for _, limit in self.scales]
        lows = max((wide(low) + 6 for low, _ in ends), default=0)
        highs = max((wide(high) + 6 for _, high in ends), default=0)
        return self.width() < 8 + names + lows + LEAST_BAR + highs

    def _widths(self) -> list[tuple[int, int, int]]:
        wide = self.fontMetrics().horizontalAdvance
        found = []
        for name, limit in self.scales:
            ends = self.ends(limit)
            found.append((wide(name) + 8, wide(ends[0]) + 6, wide(ends[1]) + 6))
        return found

    def _places(self) -> list[QRect]:
        widths = self._widths()
        whole = max((name + low + BAR + high + 16 for name, low, high in widths), default=60)
        columns = max(1, min(len(widths), (self.width() - 8) // max(1, whole)))
        line = self.fontMetrics().height() + 3
        return [
            QRect(8 + (i % columns) * whole, 2 + (i // columns) * line, whole, line - 1) for i in range(len(widths))
        ]

    def _fit(self) -> None:
        places = self._places()
        height = places[-1].bottom() + 3 if places else 0
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        """Return the size at the present width."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the scales side by side or below each other."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, bars and ends."""
        del event
        painter = QPainter(self)
        table = self._map.table[:COLOURS].copy()
        ramp = QImage(table.data, COLOURS, 1, 4 * COLOURS, QImage.Format.Format_RGB32)
        middle = QColor.fromRgb(int(table[COLOURS // 2]))
        names = max((widths[0] for widths in self._widths()), default=0)
        lows = max((widths[1] for widths in self._widths()), default=0)
        for (name, limit), place, widths in zip(self.scales, self._places(), self._widths(), strict=True):
            first = names if len(self.scales) > 1 else widths[0]
            low, high = self.ends(limit)
            room = max(LEAST_BAR, min(BAR, self.width() - place.left() - first - lows - widths[2]))
            bar = QRect(place.left() + first + lows, place.top() + 2, room, place.height() - 4)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QRect(place.left(), place.top(), first, place.height()), LEFT, name)
            painter.drawText(QRect(place.left() + first, place.top(), lows - 4, place.height()), RIGHT, low)
            if limit == 0.0:
                painter.fillRect(bar, middle)
            else:
                painter.drawImage(bar, ramp)
            painter.setPen(letters_on(middle))
            painter.drawText(bar.adjusted(0, -3, 0, 3), CENTRE, "0")
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawRect(bar)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QRect(bar.right() + 5, place.top(), widths[2] + 4, place.height()), LEFT, high)
        painter.end()


def _ends(limit: float | None) -> tuple[str, str]:
    if limit is None:
        return OWN
    return ("", "all 0") if limit == 0.0 else (f"−{number(limit, 3)}", f"+{number(limit, 3)}")
