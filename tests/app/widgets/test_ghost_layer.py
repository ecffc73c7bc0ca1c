"""Dimmed curves: drawn from where they part, told from the others without colour, placed once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT, Theme, rgb
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.ghost_layer import DASHES, GhostLine, dimmed


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot("test")
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.retheme(LIGHT)
    made.show()
    return made


def curve(n: int = 50) -> Line:
    return Line(np.arange(n, dtype=float), np.linspace(1.0, 0.5, n), "#0072b2", present=n - 1)


def ghost(number: int = 1, n: int = 100, low: float = 0.2, *, is_marked: bool = True) -> GhostLine:
    return GhostLine(number, np.arange(20.0, 20.0 + n), np.linspace(0.8, low, n), "#0072b2", is_marked)


def show(plot: CurvePlot, ghosts: tuple[GhostLine, ...], **options: Any) -> None:
    plot.show_lines([curve()], **{"log_x": False, "log_y": False, **options}, ghosts=ghosts)


def test_the_view_holds_ghosts_too(plot: CurvePlot) -> None:
    show(plot, (ghost(n=300, low=-2.0),))
    (x0, x1), (y0, y1) = plot.box.viewRange()
    assert x0 <= 0
    assert x1 >= 319
    assert y0 <= -2.0
    assert y1 >= 1.0
    show(plot, ())
    assert plot.box.viewRange()[0][1] < 60


def test_the_same_ghosts_are_not_placed_again(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    ghosts = (ghost(), ghost(2))
    show(plot, ghosts)
    items = list(plot.ghosts._items)
    calls: list[object] = []
    for item in (*items, plot.ghosts._forks):
        monkeypatch.setattr(item, "setData", lambda *args, **_: calls.append(args))
    for n in (60, 70, 80):
        plot.show_lines([curve(n)], log_x=False, log_y=False, ghosts=ghosts)
    assert plot.ghosts._items == items
    assert calls == []
    show(plot, ghosts, log_y=True)
    assert plot.ghosts._items != items


def test_a_ghost_has_another_line_style_and_a_number(plot: CurvePlot) -> None:
    show(plot, (ghost(3), ghost(3, is_marked=False), ghost(4)))
    pens = [item.opts["pen"] for item in plot.ghosts._items]
    assert all(tuple(pen.dashPattern()) == DASHES for pen in pens)
    assert [label.toPlainText() for label in plot.ghosts._labels] == ["3", "4"]
    assert [tuple(spot.pos()) for spot in plot.ghosts._forks.points()] == [(20.0, 0.8), (20.0, 0.8)]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_ghost_can_be_seen_on_the_background(theme: Theme) -> None:
    def luminance(colour: str) -> float:
        parts = [c / 255 for c in rgb(colour)]
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for colour in theme.curves.values():
        bright, dark = sorted((luminance(dimmed(colour, theme)), luminance(theme.base)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > 2.0


def test_zooming_shows_more_of_a_long_ghost(plot: CurvePlot) -> None:
    n = 20_000
    long = GhostLine(1, np.arange(n, dtype=float), np.sin(np.arange(n)), "#0072b2")
    show(plot, (long,))
    assert len(plot.ghosts._thin[0][0]) < 1000
    plot.set_range((1000.0, 1100.0), (-1.0, 1.0))
    plot.is_zoomed = True
    plot._draw_lines()
    x, y = plot.ghosts._thin[0]
    assert (x == np.arange(999.0, 1102.0)).all()
    assert (y == np.sin(x)).all()
    plot.fit()
    assert len(plot.ghosts._thin[0][0]) < 1000
    assert plot.box.viewRange()[0][1] >= n - 1


def test_values_without_a_place_do_no_harm(plot: CurvePlot) -> None:
    nothing = GhostLine(1, np.array([5.0, 6.0]), np.array([np.nan, np.inf]), "#0072b2")
    gap = GhostLine(2, np.array([5.0, 6.0, 7.0]), np.array([0.0, 0.5, np.nan]), "#0072b2")
    empty = GhostLine(3, np.empty(0), np.empty(0), "#0072b2")
    point = GhostLine(4, np.array([9.0]), np.array([0.3]), "#0072b2")
    show(plot, (nothing, gap, empty, point))
    assert [line.number for line in plot.ghosts.lines] == [2, 4]
    show(plot, (nothing, gap, empty, point), log_x=True, log_y=True)
    assert [line.number for line in plot.ghosts.lines] == [2, 4]
    assert plot.ghost_at(9.0, 0.3) is None  # on a logarithmic axis this is elsewhere
    show(plot, (nothing, gap, empty, point))
    assert plot.ghost_at(9.0, 0.3) == 4
    assert not plot.grab().isNull()


def test_the_nearest_course_is_found(plot: CurvePlot) -> None:
    show(plot, (ghost(1, low=0.2), ghost(2, low=0.6)))
    pixel = plot.pixel()
    for number, low in ((1, 0.2), (2, 0.6)):
        assert plot.ghost_at(119.0, low + 4 * pixel[1]) == number
        assert plot.ghost_at(119.0, low - 15 * pixel[1]) is None


def test_a_frame_paints_the_plot_once(plot: CurvePlot, qtbot: QtBot) -> None:
    from PySide6.QtCore import QEvent, QObject

    class Painted(QObject):
        n = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.n += event.type() == QEvent.Type.Paint
            return False

    painted = Painted()
    show(plot, (ghost(),))
    qtbot.wait(100)
    plot.canvas.viewport().installEventFilter(painted)
    for n in (120, 150, 190):
        before = painted.n
        plot.show_lines([curve(n)], log_x=False, log_y=False, ghosts=())
        qtbot.wait(60)
        assert painted.n == before + 1
