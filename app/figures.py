"""Pictures of a pane for a paper or a slide: PNG and SVG at any size, light for print whatever the window looks like.

A second pane of the same kind draws them out of sight, so nothing on the screen moves. Controls and the line that
answers the pointer stay out of a figure; what was chosen with them is taken over from the pane on the screen.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QBuffer, QCoreApplication, QEvent, QIODevice, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPaintDevice, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QGraphicsView,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.choices import copy_choices
from app.files import replacing
from app.frame import Frame
from app.look import FAMILIES, palette_of
from app.pane import Pane, pane_class
from app.theme import LIGHT, Theme
from app.widgets.options import OptionRow
from app.widgets.readout import Readout
from nlcore.errors import ExperimentError, LabError

SMALLEST, LARGEST = 80, 8000
MOST_SCALE = 8.0
FORMATS = (".png", ".svg")
SETTLING_ROUNDS = 3
"""Layouts settle in steps."""
CUT_SCALE = 3
OUR_FONTS, OTHER_FONTS = ",".join(FAMILIES), "Helvetica,Arial,sans-serif"
IMAGE = r'(?P<head><image [^>]*?width="(?P<width>\d+)"[^>]*?href="data:image/png;base64,)(?P<data>[^"]*)"'


class Stage:
    """A pane out of sight, ready to be drawn; use it in a ``with`` statement.

    Parameters
    ----------
    pane_id : str
        Which pane.
    size : tuple of int
        Width and height of the figure in points of the screen, the caption included.
    theme : Theme
        Its colours.
    like : Pane, optional
        A pane of the same kind whose choices are taken over.
    has_caption : bool
        Whether there is a line of text below the pane.

    Raises
    ------
    ExperimentError
        If there is no such pane, or the size is out of range.
    """

    def __init__(
        self,
        pane_id: str,
        size: tuple[int, int],
        theme: Theme = LIGHT,
        *,
        like: Pane | None = None,
        has_caption: bool = False,
    ) -> None:
        if not all(SMALLEST <= side <= LARGEST for side in size):
            raise ExperimentError(
                f"size: {size[0]}x{size[1]} is out of range; each side is {SMALLEST} to {LARGEST} pixels"
            )
        kind, theme = pane_class(pane_id), replace(theme, window=theme.base)  # one background, as on paper
        self._like, self._is_new = like, True
        self.widget = QWidget()
        self.widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.widget.setPalette(palette_of(theme))
        self.widget.setAutoFillBackground(True)
        self.pane = kind(self.widget)
        self._caption = QLabel(self.widget)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setMargin(3)
        self._caption.setVisible(has_caption)
        self._theme = theme
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # the size is what was asked for
        column.addWidget(self.pane, 1)
        column.addWidget(self._caption)
        self.pane.set_theme(theme)
        self.widget.resize(QSize(*size))

    def __enter__(self) -> Stage:  # noqa: PYI034  # `Self` needs Python 3.11
        """Show it out of sight, without controls."""
        for part in (*self.pane.findChildren(OptionRow), *self.pane.findChildren(Readout)):
            part.hide()
        self.widget.show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        self.widget.close()
        self.widget.deleteLater()

    def show_frame(self, frame: Frame, caption: str = "") -> None:
        """Draw a frame, as at rest."""
        self._caption.setText(caption)
        self.pane.show_frame(Frame(frame.tracks, frame.selection, phase=frame.phase))
        if self._is_new and self._like is not None:
            copy_choices(self._like, self.pane)
        self._is_new = False
        for _ in range(SETTLING_ROUNDS):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.pane.finish()

    def image(self, scale: float = 1.0) -> QImage:
        """Return the picture.

        Parameters
        ----------
        scale : float
            Pixels for each point of the screen; 2 gives twice as many in each direction, with the same content.

        Raises
        ------
        ExperimentError
            If the picture would be too large.
        """
        size = self.widget.size()
        width, height = round(size.width() * scale), round(size.height() * scale)
        if not (0.0 < scale <= MOST_SCALE and 0 < max(width, height) <= 2 * LARGEST):
            raise ExperimentError(
                f"scale: {scale:g} is out of range; choose more than 0, at most {MOST_SCALE:g}, and at most "
                f"{2 * LARGEST} pixels in each direction"
            )
        image = QImage(width, height, QImage.Format.Format_RGB32)
        if image.isNull():
            raise LabError(f"a picture of {width}x{height} pixels does not fit into memory; choose a smaller one")
        image.setDevicePixelRatio(scale)
        image.fill(QColor(self._theme.base))
        self._paint(image)
        image.setDevicePixelRatio(1.0)
        return image

    def svg(self, description: str = "") -> bytes:
        """Return the picture as SVG: lines, areas and letters stay sharp at any size, only images have pixels.

        A list that is longer than its room is drawn as an image too: such a file has no way to cut it off.
        """
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.widget.size())
        generator.setViewBox(QRect(0, 0, self.widget.width(), self.widget.height()))
        generator.setResolution(self.widget.logicalDpiX())
        generator.setTitle(self.pane.title)
        generator.setDescription(description or self.pane.help)
        views = self.pane.findChildren(QGraphicsView)
        for view in views:
            view.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)  # else the background is a picture
        items = [item for view in views for item in view.scene().items()]
        exported = [item for item in items if hasattr(item, "setExportMode")]
        for item in exported:
            item.setExportMode(True, {"antialias": True})  # symbols as shapes, not as little pictures
        try:
            self._paint(generator, self._cut_off())
        finally:
            for item in exported:
                item.setExportMode(False)
        return _for_other_programs(bytes(buffer.data().data()))

    def _paint(self, device: QPaintDevice, cut: Sequence[QWidget] = ()) -> None:
        """Draw the widget; the parts in `cut` as images."""
        region = QRegion(self.widget.rect())
        places = [QRect(part.mapTo(self.widget, QPoint()), part.size()) for part in cut]
        for place in places:
            region -= QRegion(place)
        painter = QPainter(device)
        try:
            self.widget.render(painter, QPoint(), region)
            for part, place in zip(cut, places, strict=True):
                image = QImage(part.size() * CUT_SCALE, QImage.Format.Format_RGB32)
                image.setDevicePixelRatio(CUT_SCALE)
                part.render(image)
                painter.drawImage(place, image)
        finally:
            painter.end()

    def _cut_off(self) -> list[QWidget]:
        """Return the parts of which only a piece is in sight."""
        areas = [area for area in self.pane.findChildren(QAbstractScrollArea) if not isinstance(area, QGraphicsView)]
        return [
            area.viewport()
            for area in areas
            if area.isVisible() and max(area.verticalScrollBar().maximum(), area.horizontalScrollBar().maximum()) > 0
        ]


def save(
    path: Path,
    pane_id: str,
    frame: Frame,
    size: tuple[int, int] = (800, 600),
    *,
    scale: float = 1.0,
    theme: Theme = LIGHT,
    caption: str = "",
    like: Pane | None = None,
) -> Path:
    """Write a figure of a pane; the end of the name decides between PNG and SVG.

    Parameters
    ----------
    path : Path
        Ends with ".png" or ".svg"; a file that is there is replaced.
    pane_id : str
        Which pane.
    frame : Frame
        What it shows.
    size : tuple of int
        Width and height in points of the screen; decides how much room there is.
    scale : float
        Pixels for each of these points, for PNG.
    theme : Theme
        Its colours.
    caption : str
        A line below the pane; none if empty.
    like : Pane, optional
        The pane on the screen whose choices are taken over.

    Raises
    ------
    ExperimentError
        If size, scale or the end of the name are not possible.
    LabError
        If the file cannot be written, or the pane has nothing to draw.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise ExperimentError(f"{path.name}: a figure ends with {' or '.join(FORMATS)}; give it such a name")
    with Stage(pane_id, size, theme, like=like, has_caption=bool(caption)) as stage:
        refuse_empty(stage.pane, frame)
        stage.show_frame(frame, caption)
        if kind == ".svg":
            words = stage.svg(stage.pane.in_words(frame))
            with replacing(path) as beside:
                beside.write_bytes(words)
        else:
            save_image(path, stage.image(scale))
    return path


def save_image(path: Path, image: QImage) -> Path:
    """Write a picture as PNG.

    Raises
    ------
    LabError
        If the file cannot be written.
    """
    with replacing(path) as beside:
        beside.write_bytes(png(image))
    return path


def png(image: QImage) -> bytes:
    """Return a picture as a PNG file; this may be done in a thread.

    Raises
    ------
    LabError
        If it cannot be expressed so.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stubs want bytes, which are refused
        raise LabError("the picture cannot be written as PNG; choose another size")
    return bytes(buffer.data().data())


def refuse_empty(pane: Pane, frame: Frame) -> None:
    """Refuse a figure of a pane that has nothing to draw, with the reason that the pane gives."""
    reason = pane.why_empty(frame)
    if reason is not None:
        raise LabError(f"{pane.title}: {reason}")


def _for_other_programs(svg: bytes) -> bytes:
    """Name fonts for computers without ours, and draw the pixels of small images large: some programs blur them."""
    text = svg.decode().replace(f'font-family="{OUR_FONTS}"', f'font-family="{OUR_FONTS},{OTHER_FONTS}"')
    return re.sub(IMAGE, _with_large_pixels, text).encode()


def _with_large_pixels(found: re.Match[str]) -> str:
    image = QImage.fromData(base64.b64decode(found["data"]))
    factor = -(-2 * int(found["width"]) // max(1, image.width())) if image.width() < int(found["width"]) else 1
    if image.isNull() or factor == 1 or image.width() * factor > LARGEST or image.height() * factor > LARGEST:
        return found[0]
    large, buffer = image.scaled(image.size() * factor), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    large.save(buffer, "PNG")  # type: ignore[call-overload]
    return found["head"] + base64.b64encode(bytes(buffer.data().data())).decode() + '"'
