"""The picture of an error surface with its colour bar: the map or the relief, whichever is wanted."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.theme import Theme
from app.widgets.colour_bar import ColourBar
from app.widgets.loss_levels import Levels, colours
from app.widgets.loss_map import LossMap
from app.widgets.loss_relief import LossRelief
from app.widgets.plane import Range
from app.widgets.ways import Way
from nlcore.error_slices import Slice
from nlcore.records import FloatArray

RUNNING = 50
"""Values a side that are drawn while training runs."""
WORKING = "The surface is being worked out …"
NOWHERE = "No loss in this part of the plane is a finite number. Show another part."


class LossPicture(QWidget):
    """Map, relief and colour bar.

    Parameters
    ----------
    parent : QWidget, optional
        Where it lives.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = LossMap("Map of the loss over two weights", self)
        self.relief = LossRelief("The loss over two weights in three dimensions", self)
        self.bar = ColourBar(self)
        self._views = QStackedWidget(self)
        self._views.addWidget(self.map)
        self._views.addWidget(self.relief)
        self._drawn: tuple[object, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._views, 1)
        row.addWidget(self.bar)

    @property
    def is_relief(self) -> bool:
        """Whether the surface is shown in three dimensions."""
        return self._views.currentIndex() == 1

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; everything has to be shown again."""
        for part in (self.map, self.relief, self.bar):
            part.retheme(theme)
        self._drawn = ()

    def show_place(self, title: str, names: tuple[str, str], ranges: tuple[Range, Range], *, is_relief: bool) -> None:
        """Show a part of the plane, as a map or a relief."""
        self._views.setCurrentIndex(int(is_relief))
        self.map.set_texts(title, *names)
        if tuple(tuple(side) for side in self.map.box.viewRange()) != ranges:
            self.map.set_range(*ranges)

    def show_surface(
        self, found: Slice | None, texts: tuple[str, str, str], quantity: str, *, is_running: bool, every: int
    ) -> None:
        """Show what is known of the surface.

        Parameters
        ----------
        found : Slice or None
            None while nothing is known.
        texts : tuple of str
            Names of both axes, and of the loss in full.
        quantity : str
            Name of the loss in a few words.
        is_running : bool
            Whether to draw coarsely.
        every : int
            2 or 3 for fewer lines.
        """
        for view in (self.map, self.relief):
            view.say(WORKING if found is None else NOWHERE if not np.isfinite(found.values).any() else "")
        n_ticks = self.bar.height() // self.bar.fontMetrics().height()
        drawn = (found, is_running, self.is_relief, texts, n_ticks, every)
        if found is None or drawn == self._drawn:
            return
        self._drawn = drawn
        values = found.smaller(RUNNING) if is_running else found.values
        levels = Levels.of(values, max(every, 2) if is_running else every)
        self.relief.is_coarse = is_running
        if self.is_relief:
            self.relief.show_slice(found, levels, texts)
        else:
            self.map.show_map(values, levels, found.u_range, found.v_range)
        self.bar.setVisible(levels is not None)
        if levels is not None:
            self.bar.show_scale(quantity, levels.ticks(n_ticks), colours(self.map.theme)[:-1])

    def show_run(
        self, ways: tuple[Way, ...], at: tuple[float, float] | None, direction: FloatArray, *, has_lines: bool
    ) -> None:
        """Show the ways of the tracks and an arrow from a place; None for no arrow."""
        begin = None if at is None else np.array(at)
        if self.is_relief:
            self.relief.show_ways(ways)
            self.relief.show_arrow(begin, direction)
        else:
            self.map.show_ways(ways, has_lines=has_lines)
            self.map.show_arrow(begin, direction)

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence in place of a surface."""
        self._drawn = ()
        self._views.setCurrentIndex(0)
        self.map.show_map(np.full((2, 2), np.nan), None, (0.0, 1.0), (0.0, 1.0))
        self.map.show_ways((), has_lines=False)
        self.map.show_arrow(None, np.zeros(2))
        self.map.set_texts("", "", "")
        self.map.say(sentence)
        self.bar.setVisible(False)
