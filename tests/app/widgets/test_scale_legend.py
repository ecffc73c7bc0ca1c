"""The legend of colour scales: both ends where there is room, one number with ± where there is not."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.theme import LIGHT
from app.widgets.scale_legend import ScaleLegend


def test_a_narrow_legend_says_plus_minus_so_that_nothing_is_cut_off(qtbot: QtBot) -> None:
    legend = ScaleLegend()
    qtbot.addWidget(legend)
    legend.show_scales((("Pixel weights", 0.854), ("Output units", 2.84)), LIGHT, grey=False)
    legend.resize(400, legend.height())
    assert legend.ends(0.854) == ("−0.854", "+0.854")
    wide = legend.fontMetrics().horizontalAdvance
    legend.resize(wide("Pixel weights") + wide("±0.854") + 60, legend.height())
    assert legend.ends(0.854) == ("", "±0.854")
    assert legend.ends(0.0) == ("", "all 0")
    assert "from −0.854 over 0 to +0.854" in legend.accessibleDescription()


def test_only_its_own_ends_are_in_words_at_any_width(qtbot: QtBot) -> None:
    legend = ScaleLegend()
    qtbot.addWidget(legend)
    legend.show_scales((("Pixel weights", None),), LIGHT, grey=True)
    legend.resize(80, legend.height())
    assert legend.ends(None) == ("− its largest", "+ its largest")
