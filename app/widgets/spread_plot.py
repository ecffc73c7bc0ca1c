"""A plot of curves with their spread: bands and single runs below, and what is on the screen above."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.widgets.band_layer import Band, BandLayer, Threads
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.ghost_layer import GhostLine


class SpreadPlot(CurvePlot):
    """Curves above bands."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._bands: tuple[Band, ...] = ()
        self._threads: tuple[Threads, ...] = ()
        super().__init__(name, parent)
        self.bands = BandLayer(self.box)

    def show_spread(
        self,
        bands: tuple[Band, ...],
        threads: tuple[Threads, ...],
        lines: Sequence[Line],
        *,
        log_x: bool,
        log_y: bool,
        is_fine: bool = True,
    ) -> None:
        """Draw curves with their spread.

        Parameters
        ----------
        bands : tuple of Band
            Below everything; the same tuple costs nothing.
        threads : tuple of Threads
            Single runs, above the bands; the same tuple costs nothing.
        lines : sequence of Line
            Above these.
        log_x, log_y, is_fine : bool
            See `show_lines`.
        """
        self._bands, self._threads = bands, threads
        self.show_lines(lines, log_x=log_x, log_y=log_y, is_fine=is_fine)

    def _place_ghosts(self, ghosts: tuple[GhostLine, ...]) -> None:
        super()._place_ghosts(ghosts)
        places = (self.log_x, self.log_y, self.zero_at if self.log_x else None)
        self.bands.show(self._bands, self._threads, places, self.x_places, self.y_places)

    def _ends(self) -> tuple[list[float], list[float]]:
        x, y = super()._ends()
        return x + self.bands.ends_x, y + self.bands.ends_y
