"""Formulas as pictures: LaTeX is laid out once, and drawn in any size and colour.

The layout (ziamath, LaTeX to SVG) is imported when the first formula is asked for and takes some milliseconds a
formula, so it is remembered; drawing the result is quick. A formula that cannot be laid out has no picture.
"""

from __future__ import annotations

import logging
import math
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

EM: Final = 40.0
"""Size at which formulas are laid out."""
INK: Final = "#010203"
X_HEIGHT: Final = 0.473
"""Height of an x in the formula font, in em."""
LONGEST: Final = 2000
LARGEST: Final = 4000
_FRAME: Final = re.compile(r'width="([\d.]+)" height="([\d.]+)" viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Layout:
    """A formula laid out for 1 em: its SVG, and how far it reaches right, above and below the baseline."""

    svg: str
    width: float
    ascent: float
    depth: float


@dataclass(frozen=True, slots=True)
class FormulaStyle:
    """How formulas look.

    Attributes
    ----------
    size : float
        The em, in pixels of the page.
    colour : str
        As ``#rrggbb``.
    ratio : float
        Device pixels in a pixel of the page.
    """

    size: float
    colour: str
    ratio: float = 1.0

    @classmethod
    def matching(cls, font: QFont, colour: str, ratio: float = 1.0) -> FormulaStyle:
        """Return a style whose small letters are as high as those of a font."""
        return cls(round(QFontMetricsF(font).xHeight() / X_HEIGHT, 2), colour, ratio)


@lru_cache(maxsize=2000)
def lay_out(latex: str, is_display: bool = False) -> Layout | None:
    """Lay a formula out, or return None if it is not understood.

    Parameters
    ----------
    latex : str
        As it stands between the dollars.
    is_display : bool
        Whether fractions and sums may take the room they like.
    """
    if len(latex) > LONGEST or not latex.strip():
        return None
    try:
        svg = _svg(latex, is_display)
    except Exception:
        return None
    frame = _FRAME.search(svg)
    if not frame:
        return None
    width, height, _, top, _, _ = map(float, frame.groups())
    if not 0 < max(width, height) < 100 * EM:
        return None
    return Layout(svg, width / EM, -top / EM, (height + top) / EM)


def _svg(latex: str, is_display: bool) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the library's own ways
        from ziamath.config import config
        from ziamath.zmath import Latex

        config.svg2 = False  # Qt's SVG has no symbols to refer to
        logging.getLogger("latex2mathml").setLevel(logging.CRITICAL)
        svg: str = Latex(latex, size=EM, color=INK, inline=not is_display).svg()
        return svg


def draw(layout: Layout, style: FormulaStyle, above: float, below: float) -> QImage:
    """Draw a formula on a transparent ground.

    Parameters
    ----------
    layout : Layout
        The formula.
    style : FormulaStyle
        Size, colour and resolution.
    above, below : float
        How far the picture reaches above and below the baseline, in pixels of the page.
    """
    width = math.ceil(layout.width * style.size)
    image = QImage(
        min(LARGEST, max(1, round(width * style.ratio))),
        min(LARGEST, max(1, round((above + below) * style.ratio))),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(style.ratio)
    image.fill(Qt.GlobalColor.transparent)
    svg = layout.svg.replace(INK, QColor(style.colour).name())
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    height = (layout.ascent + layout.depth) * style.size
    renderer.render(painter, QRectF(0, above - layout.ascent * style.size, layout.width * style.size, height))
    painter.end()
    return image
