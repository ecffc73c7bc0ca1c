"""What a word on the screen means can be read where it stands: tooltips end with the sentences of the glossary."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.glossary import explained, tip
from app.main_window import MainWindow
from app.panes.error_curves import ErrorCurvesPane
from app.panes.examples import ExamplesPane
from tests.app.desk import window

__all__ = ["window"]


def test_a_text_is_followed_by_terms_each_once() -> None:
    assert explained("Go on.", "epoch", "pass", "no such word") == f"Go on.\nEpoch: {tip('epoch')}"
    assert explained("", "epoch") == f"Epoch: {tip('epoch')}"
    assert explained("Go on.") == "Go on."


@pytest.mark.parametrize(
    ("action", "term"),
    [("step_presentation", "presentation"), ("step_update", "update"), ("back_epoch", "epoch"), ("to_head", "head")],
)
def test_the_buttons_of_the_transport_explain_their_unit(window: MainWindow, action: str, term: str) -> None:
    assert tip(term) in window.actions_by_id[action].toolTip()


def test_the_numbers_of_the_status_line_are_explained(window: MainWindow) -> None:
    tips = {label.accessibleName(): label.toolTip() for label in window.status_line.findChildren(QLabel)}
    for term in ("epoch", "update", "presentation"):
        assert tip(term) in tips["Counters"]
    for term in ("loss", "error rate", "training set"):
        assert tip(term) in tips["Measures"]
    assert tip("seed") in tips["Pace"]


def test_the_quantity_and_the_legend_of_the_curves_are_explained(window: MainWindow) -> None:
    pane = window.docks.panes["error_curves"]
    assert isinstance(pane, ErrorCurvesPane)
    assert tip("loss") in pane.quantity.toolTip()
    pane.quantity.setCurrentIndex(pane.quantity.findData("error_rate"))
    pane.quantity.activated.emit(pane.quantity.currentIndex())
    assert tip("error rate") in pane.quantity.toolTip()
    assert tip("update") in pane.axis.toolTip()
    assert pane.legend.tip_at(20, 8) == f"training\n{tip('training set')}"


def test_the_columns_of_the_examples_are_explained(window: MainWindow) -> None:
    pane = window.docks.panes["examples"]
    assert isinstance(pane, ExamplesPane)
    model = pane.model
    across, role = Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    found = {str(model.headerData(i, across)): model.headerData(i, across, role) for i in range(model.columnCount())}
    assert tip("target") in found["target"]
    assert tip("output") in found["output"]
