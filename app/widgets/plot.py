"""A plot that follows the theme, can be pointed at and read with the keyboard, and says when it has nothing to show.

It wraps pyqtgraph: title and axis labels are set here because pyqtgraph's own follow neither palette nor font.
"""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.axis import PlainAxis

STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
LABELS_FROM = 7
"""Below this height in lines of text the axes have no labels, only numbers."""
TITLE_FROM = 210
"""Below this height in pixels the title is left out."""


class Plot(QWidget):
    """A themed plot.

    Signals
    -------
    pointed : float, float
        The pointer is at these coordinates of the view.
    left : no arguments
        The pointer has gone.
    clicked : float, float
        The left button was pressed and released there.
    stepped : int, int
        An arrow key was pressed: steps to the right and upwards.
    zoomed, resized : no arguments
        The person changed the range; the plot has another size.

    Parameters
    ----------
    name : str
        For screen readers.
    can_zoom : bool
        Whether wheel and dragging change the range.
    whole_x : bool
        Whether the x axis counts something.
    """

    pointed = Signal(float, float)
    left = Signal()
    clicked = Signal(float, float)
    stepped = Signal(int, int)
    zoomed = Signal()
    resized = Signal()

    def __init__(self, name: str, *, can_zoom: bool, whole_x: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.x_axis, self.y_axis = PlainAxis("bottom", is_whole=whole_x), PlainAxis("left")
        self.canvas = pg.PlotWidget(self, axisItems={"bottom": self.x_axis, "left": self.y_axis}, enableMenu=False)
        self.canvas.setAccessibleName(name)
        self.canvas.setMinimumSize(60, 50)
        self.canvas.setFrameStyle(0)
        self.canvas.hideButtons()
        self.box.setMouseEnabled(x=can_zoom, y=can_zoom)
        self.box.setDefaultPadding(0.0)
        self.box.disableAutoRange()
        self.title = QLabel(self)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._message = QLabel(self.canvas)
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._message.hide()
        self._title, self._x_label, self._y_label = "", "", ""
        self._y_width = 0
        self.box.sigYRangeChanged.connect(lambda *_: self._fit_y_axis())
        self.canvas.scene().sigMouseMoved.connect(self._mouse_moved)
        self.canvas.scene().sigMouseClicked.connect(self._mouse_clicked)
        self.box.sigRangeChangedManually.connect(lambda *_: self.zoomed.emit())
        self.box.sigResized.connect(lambda *_: self._was_resized())
        self.canvas.viewport().installEventFilter(self)
        self.canvas.installEventFilter(self)

    @property
    def box(self) -> Any:
        """The area inside the axes (pyqtgraph's ViewBox)."""
        return self.canvas.getPlotItem().getViewBox()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.canvas.setBackground(theme.base)
        for axis in (self.x_axis, self.y_axis):
            axis.setPen(pg.mkPen(theme.muted))
            axis.setTickPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.text))
            axis.setTickFont(self.font())
        self.title.setStyleSheet(f"background: {theme.base}; color: {theme.text}; font-weight: bold; padding-top: 3px;")
        self._message.setStyleSheet(f"color: {theme.text}; background: {theme.base}; padding: 8px;")
        self._fit_texts()

    def show_grid(self) -> None:
        """Draw lines through the ticks."""
        for axis in (self.x_axis, self.y_axis):
            axis.setGrid(255)
            axis.setZValue(-1000)  # below the curves

    def set_texts(self, title: str, x_label: str, y_label: str) -> None:
        """Set title and axis labels; they are shortened where they do not fit."""
        if (title, x_label, y_label) != (self._title, self._x_label, self._y_label):
            self._title, self._x_label, self._y_label = title, x_label, y_label
            self._place_parts()
            self._fit_texts()

    @property
    def full_title(self) -> str:
        """All of the title, also where it is shortened or left out."""
        return self._title

    def set_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly this part of the plane."""
        self.box.setRange(xRange=x, yRange=y, padding=0.0, disableAutoRange=True)
        self._fit_y_axis()

    def pixel(self) -> tuple[float, float]:
        """Return the size of a pixel in coordinates of the view."""
        (x0, x1), (y0, y1) = self.box.viewRange()
        return (x1 - x0) / max(1.0, self.box.width()), (y1 - y0) / max(1.0, self.box.height())

    def place_at(self, position: QPointF) -> tuple[float, float]:
        """Return the coordinates of the view at a pixel of the canvas, also outside the axes."""
        at = self.box.mapSceneToView(self.canvas.mapToScene(position.toPoint()))
        return float(at.x()), float(at.y())

    def say(self, text: str) -> None:
        """Put a sentence over the plot; an empty one takes it away."""
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self._place_message()

    @property
    def message(self) -> str:
        """The sentence over the plot."""
        return self._message.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the title out where the plot is low."""
        super().resizeEvent(event)
        self._place_parts()
        self._fit_texts()

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            for axis in (self.x_axis, self.y_axis):
                axis.setTickFont(self.font())
            self._y_width = 0
            self._fit_y_axis()
            self._place_parts()
            self._fit_texts()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the pointer leaves, and the arrow keys."""
        if event.type() == QEvent.Type.Leave:
            self.left.emit()
        elif event.type() == QEvent.Type.KeyPress and watched is self.canvas and isinstance(event, QKeyEvent):
            step = STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self.stepped.emit(*step)
                return True
        return super().eventFilter(watched, event)

    def _mouse_moved(self, place: Any) -> None:
        if not self.box.sceneBoundingRect().contains(place):
            self.left.emit()
            return
        at = self.box.mapSceneToView(place)
        self.pointed.emit(at.x(), at.y())

    def _mouse_clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.box.sceneBoundingRect().contains(event.scenePos()):
            at = self.box.mapSceneToView(event.scenePos())
            self.clicked.emit(at.x(), at.y())

    def _was_resized(self) -> None:
        self._place_message()
        self._fit_y_axis()
        self._fit_texts()
        self.resized.emit()

    def sizeHint(self) -> QSize:
        """Ask for a fair size."""
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        """Allow small pictures."""
        return QSize(90, 70)

    def _place_parts(self) -> None:
        has_title = bool(self._title) and self.height() >= TITLE_FROM
        height = QFontMetrics(self.font()).height() + 4 if has_title else 0
        self.title.setVisible(has_title)
        self.title.setGeometry(0, 0, self.width(), height)
        self.canvas.setGeometry(0, height, self.width(), self.height() - height)

    def _fit_y_axis(self) -> None:
        """Make room for the ticks' texts at once; pyqtgraph would notice only after painting."""
        low, high = self.box.viewRange()[1]
        axis, metrics = self.y_axis, QFontMetrics(self.font())
        levels = axis.tickValues(low, high, max(1.0, self.box.height()))
        texts = [text for gap, values in levels[:1] for text in axis.tickStrings(values, 1.0, gap)]
        width = max((metrics.horizontalAdvance(text) for text in texts), default=0) + metrics.height() + 14
        if width > self._y_width or width < self._y_width - 12:
            self._y_width = width
            axis.setWidth(width)

    def _place_message(self) -> None:
        inside = self.box.sceneBoundingRect().toRect()
        height = min(inside.height(), self._message.heightForWidth(inside.width()))
        self._message.setGeometry(inside.x(), inside.center().y() - height // 2, inside.width(), height)

    def _fit_texts(self) -> None:
        metrics = QFontMetrics(self.font())
        style = {"color": QColor(self.theme.text).name(), "font-size": f"{QFontInfo(self.font()).pointSizeF():.1f}pt"}
        for axis, text, room in (
            (self.x_axis, self._x_label, self.box.width()),
            (self.y_axis, self._y_label, self.box.height()),
        ):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(30, int(room)))
            if (axis is self.y_axis and shown != text) or self.height() < LABELS_FROM * metrics.height():
                shown = ""  # the picture needs the room more; what is drawn is said above it
            axis.showLabel(bool(shown))
            if (shown, style) != (axis.labelText, axis.labelStyle):
                axis.setLabel(shown, **style)
        bold = self.title.font()
        bold.setBold(True)
        title = QFontMetrics(bold).elidedText(self._title, Qt.TextElideMode.ElideRight, max(40, self.width() - 8))
        self.title.setText(title)
        self.title.setToolTip(self._title)
