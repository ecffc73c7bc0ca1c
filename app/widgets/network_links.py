"""The lines of a network diagram: where they run, how they are drawn, and which one is under the pointer.

Colour and dashes say the sign, width the absolute value. Lines of nearly the same value share one pen, because changing
pens is what costs time; all pens are opaque for the same reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from app.theme import Theme, blend
from app.widgets.network_layout import BIAS, GROUP, Diagram
from app.widgets.network_lit import NEW
from app.widgets.network_scene import Link, NetworkScene
from app.widgets.unit_names import signed
from nlcore.records import FloatArray
from nlcore.rules import Place

DASHED_UP_TO = 64
"""Most lines of which the negative ones are dashed: dashes of many thin lines are slow and cannot be told apart."""
SMOOTH_UP_TO = 70_000
"""Pixels of lines altogether up to which their edges are smoothed: that is what costs time."""
LABELS_UP_TO = 12
LEAST_WIDTH = 1.1
"""Where edges are not smoothed Qt draws lines of exactly one pixel five times slower than thicker ones."""
BINS = 7
REACH, WIDE_REACH = 4.0, 9.0
"""How near the pointer must be to a line, in pixels; the second where there are few."""
FEW = 64
SPOTS = (0.5, 0.36, 0.64, 0.28, 0.72, 0.43, 0.57, 0.22, 0.78)
"""Places along a line where its value may be written."""


class Links:
    """All lines of a diagram."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.links: list[Link] = []
        self.lines: list[QLineF] = []
        for layer in range(1, len(diagram.columns)):
            before = diagram.columns[layer - 1]
            sources = [BIAS, *([GROUP] if before.group is not None else range(len(before.units)))]
            for unit in range(len(diagram.columns[layer].units)):
                for source in sources:
                    start = diagram.centre(layer - 1, source)
                    self.links.append(Link(layer, unit, source))
                    self.lines.append(QLineF(start, diagram.centre(layer, unit)))
        self._starts = np.array([(line.x1(), line.y1()) for line in self.lines]).reshape(-1, 2)
        self._ways = np.array([(line.dx(), line.dy()) for line in self.lines]).reshape(-1, 2)
        self.is_smooth = sum(line.length() for line in self.lines) <= SMOOTH_UP_TO
        n_groups = sum(link.source == GROUP for link in self.links)
        self._room = max(1.5, min(8.0, 48.0 / max(1, n_groups)))
        self.values: FloatArray = np.zeros(len(self.links))
        self.largest = 0.0
        self._label_widths: tuple[int, ...] = ()
        self._label_rects: dict[int, QRectF] = {}
        self._groups = np.array([link.source == GROUP for link in self.links], dtype=bool)
        self._ends = np.array([(link.layer, link.unit, link.source) for link in self.links], dtype=int).reshape(-1, 3)
        self._numbers = {link: number for number, link in enumerate(self.links)}
        self._prefix = ""

    def take_values(self, scene: NetworkScene) -> None:
        """Take over the weights of a moment, or what is shown in place of them."""
        value = scene.value if scene.lit is None else scene.drawn
        self._prefix = {"changes": "Δ ", "gradient": "g "}.get(scene.shown, "")
        self.values = np.array([value(link) for link in self.links])
        with np.errstate(invalid="ignore"):
            sizes = np.abs(np.where(np.isfinite(self.values), self.values, 0.0))
        self.largest = float(sizes[~self._groups].max()) if np.any(~self._groups) else 0.0
        thickest = float(sizes[self._groups].max()) if np.any(self._groups) else 0.0
        scale = np.where(self._groups, thickest, self.largest)
        self._shares = sizes / np.where(scale > 0.0, scale, 1.0)

    @property
    def is_dashed(self) -> bool:
        """Whether negative lines are dashed."""
        return len(self.links) <= DASHED_UP_TO

    def number_of(self, place: Place) -> int | None:
        """Return the number of a weight's line, or of the line that stands for it; None if it is not drawn."""
        link = Link.of(place)
        found = self._numbers.get(link)
        return self._numbers.get(Link(link.layer, link.unit, GROUP)) if found is None else found

    def of_unit(self, unit: tuple[int, int]) -> NDArray[np.bool_]:
        """Return which lines lead to a unit or come from it."""
        layer, index = unit
        to, by = self._ends[:, 0] == layer, self._ends[:, 0] == layer + 1
        found: NDArray[np.bool_] = (to & (self._ends[:, 1] == index)) | (by & (self._ends[:, 2] == index))
        return found

    def into(self, layer: int) -> NDArray[np.bool_]:
        """Return which lines lead into a layer."""
        found: NDArray[np.bool_] = self._ends[:, 0] == layer
        return found

    def number(self, link: Link) -> int | None:
        """Return the number of a line; None if there is no such line."""
        return self._numbers.get(link)

    def differences(self, before: NetworkScene, after: NetworkScene) -> FloatArray:
        """Return how much the weights of each line differ between two moments, as shares of the largest difference."""
        return self._differences(before, after.weights, after.biases)

    def changes(self, scene: NetworkScene) -> FloatArray | None:
        """Return how much the new weights that are lit differ from those before; None if none are lit."""
        n_layers = len(scene.weights)
        new = [scene.lit.weights(NEW, layer) if scene.lit is not None else None for layer in range(1, n_layers + 1)]
        known = [found for found in new if found is not None]
        if len(known) < n_layers:
            return None
        return self._differences(scene, [weights for weights, _ in known], [biases for _, biases in known])

    def _differences(
        self, before: NetworkScene, weights: Sequence[FloatArray], biases: Sequence[FloatArray]
    ) -> FloatArray:
        found = np.zeros(len(self.links))
        with np.errstate(over="ignore", invalid="ignore"):
            ways = [new - old for new, old in zip(weights, before.weights, strict=True)]
            bias_ways = [new - old for new, old in zip(biases, before.biases, strict=True)]
            for number, (layer, unit, source) in enumerate(self._ends.tolist()):
                if source == BIAS:
                    found[number] = abs(bias_ways[layer - 1][unit])
                elif source == GROUP:
                    found[number] = np.sqrt(np.mean(ways[layer - 1][unit] ** 2))
                else:
                    found[number] = abs(ways[layer - 1][unit, source])
        return shares_of(found)

    def draw(self, painter: QPainter, theme: Theme, clear: NDArray[np.bool_] | None) -> None:
        """Draw all lines, weak ones first.

        Parameters
        ----------
        painter : QPainter
            Open on the widget.
        theme : Theme
            Gives the colours.
        clear : ndarray of bool or None
            Which lines are not faded; None for all of them.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.is_smooth)
        bins: dict[tuple[bool, int, int], list[QLineF]] = {}
        is_clear = [True] * len(self.links) if clear is None else clear.tolist()
        with np.errstate(invalid="ignore"):
            steps = np.ceil(self._shares * BINS).astype(int)
            kinds = np.where(self._groups, 2, np.where(np.isnan(self.values), 3, np.where(self.values < 0.0, 0, 1)))
            kinds = np.where(np.isinf(self.values), 3, kinds)
        for shown, line, step, kind in zip(is_clear, self.lines, steps.tolist(), kinds.tolist(), strict=True):
            bins.setdefault((shown, step, kind), []).append(line)
        for shown, step, kind in sorted(bins):
            painter.setPen(self.pen(theme, step / BINS, kind, clear=shown))
            painter.drawLines(bins[shown, step, kind])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def pen(self, theme: Theme, share: float, kind: int, *, clear: bool = True) -> QPen:
        """Return the pen of a line.

        Parameters
        ----------
        theme : Theme
            Gives the colours.
        share : float
            Absolute value as a share of the largest.
        kind : int
            0 negative, 1 positive, 2 an RMS, 3 not a finite number.
        clear : bool
            False for a faded line.
        """
        colour = (theme.low, theme.high, theme.muted, theme.bad)[kind]
        strength = (0.3 + 0.7 * share if kind < 2 else 0.7) * (1.0 if clear else 0.3)
        width = self.width(share, is_group=kind == 2)
        pen = QPen(QColor(blend(colour, theme.base, strength)), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if kind in (0, 3) and self.is_dashed:
            stroke, gap = (1.5, 3.0) if kind == 3 else (7.0, 4.0)
            pen.setDashPattern([max(1.0, stroke / width), max(0.8, gap / width)])
        return pen

    def width(self, share: float, *, is_group: bool) -> float:
        """Return how wide a line is."""
        widest = min(6.0, max(2.0, 0.4 * self.diagram.radius)) if self.is_smooth else 3.0
        width = (2.0 + self._room * share) if is_group else 1.0 + (widest - 1.0) * share
        return width if self.is_smooth else max(width, LEAST_WIDTH)

    def width_of(self, number: int) -> float:
        """Return how wide a line is now."""
        return self.width(float(self._shares[number]), is_group=bool(self._groups[number]))

    def nearest(self, place: QPointF) -> int | None:
        """Return the number of the line under the pointer."""
        if not self.links:
            return None
        point = np.array([place.x(), place.y()])
        lengths = np.maximum(np.einsum("ij,ij->i", self._ways, self._ways), 1e-9)
        along = np.clip(np.einsum("ij,ij->i", point - self._starts, self._ways) / lengths, 0.0, 1.0)
        away = np.hypot(*(self._starts + along[:, None] * self._ways - point).T)
        best = int(np.argmin(away - 2.0 * self._shares))
        reach = WIDE_REACH if len(self.links) <= FEW else REACH
        return best if away[best] <= reach + 3.0 * float(self._shares[best]) else None

    def labels(self, metrics: QFontMetrics) -> list[tuple[QRectF, str, int]]:
        """Return where values are written, the text, and whose it is; only where there is room for all of a text.

        Texts stay where they are while their values change, unless they become much longer.
        """
        if len(self.links) > LABELS_UP_TO:
            return []
        texts = [self._prefix + signed(float(value)) for value in self.values]
        widths = tuple(-(-max(metrics.horizontalAdvance(text), 1) // 14) * 14 for text in texts)
        if self._label_widths != widths:
            self._label_widths, self._label_rects = widths, self._place_labels(widths, metrics.height() - 2)
        found = []
        for i, place in self._label_rects.items():
            rect = QRectF(0, 0, metrics.horizontalAdvance(texts[i]) + 4, place.height())
            rect.moveCenter(place.center())
            found.append((rect, texts[i], i))
        return found

    def _place_labels(self, widths: tuple[int, ...], height: int) -> dict[int, QRectF]:
        """Put each text on its line where it covers nothing else, or as few other lines as possible."""
        taken = [*self._obstacles()]
        found: dict[int, QRectF] = {}
        shares = np.linspace(0.0, 1.0, 60)[:, None, None]
        points = self._starts[None] + shares * self._ways[None]
        for i in sorted(range(len(self.links)), key=lambda i: self.lines[i].length()):
            best, least = None, len(self.links)
            for spot in SPOTS:
                rect = QRectF(0, 0, widths[i] + 4, height)
                rect.moveCenter(self.lines[i].pointAt(spot))
                if any(rect.intersects(other) for other in taken):
                    continue
                inside = np.abs(points - (rect.center().x(), rect.center().y())) < (rect.width() / 2, height / 2)
                covers = int(np.count_nonzero(inside.all(axis=2).any(axis=0)))
                if covers < least:
                    best, least = rect, covers
            if best is not None:
                taken.append(best)
                found[i] = best
        return found

    def _obstacles(self) -> Sequence[QRectF]:
        r = self.diagram.radius + 2
        centres = [unit for column in self.diagram.columns for unit in column.units]
        centres += [column.bias for column in self.diagram.columns if column.bias is not None]
        return [QRectF(c.x() - r, c.y() - r, 2 * r, 2 * r) for c in centres]


def shares_of(sizes: FloatArray) -> FloatArray:
    """Return sizes as shares of the largest finite one; 1 for what is not finite."""
    finite = np.isfinite(sizes)
    largest = float(sizes[finite].max()) if finite.any() else 0.0
    shares: FloatArray = np.where(finite, sizes / (largest if largest > 0.0 else 1.0), 1.0)
    return shares
