"""Presentation mode and the size of texts: in and out without a trace."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QDockWidget, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.presentation import FACTOR, SETTLE_MS, Presentation
from app.text_size import STEPS, TextSize
from tests.app.desk import window

__all__ = ["window"]


@pytest.fixture
def text_size(window: MainWindow) -> Iterator[TextSize]:
    made = TextSize(window)
    made.applied.connect(window._use_theme)
    yield made
    made.set_factor(1.0)
    made.reset()


@pytest.fixture
def presentation(window: MainWindow, text_size: TextSize) -> Presentation:
    return Presentation(window, text_size)


def font_size() -> float:
    return QApplication.font().pointSizeF()


def docks(window: MainWindow) -> dict[str, QDockWidget]:
    return {dock.objectName(): dock for dock in window.findChildren(QDockWidget)}


def settled(window: MainWindow, qtbot: QtBot) -> dict[str, object]:
    """Return the arrangement once it does not change any more."""
    last: list[dict[str, object]] = [{}, {}, {}]

    def is_settled() -> bool:
        last[:] = [*last[1:], state(window)]
        qtbot.wait(SETTLE_MS)
        return last[0] == last[1] == last[2]

    qtbot.waitUntil(is_settled, timeout=20_000)
    return last[-1]


def comes_back(window: MainWindow, qtbot: QtBot, before: dict[str, object]) -> None:
    """Wait until the arrangement is as before, and stays so."""
    qtbot.waitUntil(lambda: state(window) == before, timeout=20_000)
    assert settled(window, qtbot) == before


def state(window: MainWindow) -> dict[str, object]:
    """Return everything a person could see of the arrangement."""
    found: dict[str, object] = {
        name: (dock.isHidden(), dock.isFloating(), dock.geometry() if _in_front(dock) else None)
        for name, dock in docks(window).items()
    }
    found["bars"] = [(bar.objectName(), bar.isHidden(), bar.iconSize()) for bar in window.findChildren(QToolBar)]
    found["window"] = (QRect(window.geometry()), window.windowState())
    found["menu"] = (window.menuBar().isHidden(), window.statusBar().isHidden())
    found["font"] = (font_size(), window.font().pointSizeF(), len(window.actions()))
    return found


def _in_front(dock: QWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def test_entering_enlarges_and_hides_and_leaving_restores(
    window: MainWindow, presentation: Presentation, qtbot: QtBot
) -> None:
    docks(window)["lesson"].raise_()
    before, size = settled(window, qtbot), font_size()
    presentation.toggle()
    qtbot.wait(100)
    assert presentation.is_on
    assert font_size() == pytest.approx(FACTOR * size, abs=0.01)
    assert window.isFullScreen()
    assert window.menuBar().isHidden()
    shown = {name for name, dock in docks(window).items() if dock.isVisible()}
    assert shown == {f"pane.{name}" for name in ("network_diagram", "decision_surface", "error_curves", "examples")}
    presentation.toggle()
    comes_back(window, qtbot, before)


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
@pytest.mark.parametrize("how", ["hidden pane", "text size", "settings in front", "floating", "no status bar"])
def test_other_arrangements_come_back_too(
    window: MainWindow, presentation: Presentation, text_size: TextSize, qtbot: QtBot, how: str
) -> None:
    if how == "hidden pane":
        docks(window)["pane.examples"].hide()
    elif how == "text size":
        text_size.larger()
    elif how == "settings in front":
        docks(window)["pane.settings"].raise_()
    elif how == "floating":
        docks(window)["pane.examples"].setFloating(True)
    else:
        window.statusBar().hide()
    before = settled(window, qtbot)
    presentation.enter()
    qtbot.wait(50)
    docks(window)["pane.error_curves"].hide()
    text_size.larger()
    presentation.leave()
    comes_back(window, qtbot, before)


def test_only_the_chosen_panes(window: MainWindow, presentation: Presentation, qtbot: QtBot) -> None:
    before = settled(window, qtbot)
    presentation.enter(["pane.error_curves"])
    assert [name for name, dock in docks(window).items() if dock.isVisible()] == ["pane.error_curves"]
    presentation.leave()
    comes_back(window, qtbot, before)


def test_the_pane_with_the_focus_alone(window: MainWindow, presentation: Presentation) -> None:
    pane = window.docks.panes["decision_surface"]
    canvas = next(child for child in pane.findChildren(QWidget) if child.focusPolicy() and child.isVisible())
    canvas.setFocus()
    presentation.toggle_pane()
    assert [name for name, dock in docks(window).items() if dock.isVisible()] == ["pane.decision_surface"]
    presentation.toggle_pane()
    assert not presentation.is_on


def test_escape_leaves_and_is_free_otherwise(window: MainWindow, presentation: Presentation, qtbot: QtBot) -> None:
    assert not presentation._escape.isEnabled()
    presentation.enter()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=5_000)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not presentation.is_on
    assert not presentation._escape.isEnabled()


def test_keys_of_the_hidden_menus_still_work(window: MainWindow, presentation: Presentation, qtbot: QtBot) -> None:
    presentation.enter()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=5_000)
    with qtbot.waitSignal(window.actions_by_id["step_epoch"].triggered, timeout=5_000):
        qtbot.keyClick(window, Qt.Key.Key_F9)
    with qtbot.waitSignal(window.actions_by_id["to_start"].triggered, timeout=5_000):
        qtbot.keyClick(window, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)


def test_closing_the_window_remembers_its_usual_layout(window: MainWindow, presentation: Presentation) -> None:
    presentation.enter(["pane.error_curves"])
    window.close()
    assert not presentation.is_on
    assert not docks(window)["lesson"].isHidden()
    assert not window.menuBar().isHidden()


def test_another_lesson_in_the_middle(window: MainWindow, presentation: Presentation, qtbot: QtBot) -> None:
    presentation.enter()
    with presentation.lifted():
        assert not docks(window)["lesson"].isHidden()
        window.reset_layout()
        docks(window)["pane.examples"].hide()
    assert presentation.is_on
    assert docks(window)["lesson"].isHidden()
    presentation.leave()
    qtbot.wait(100)
    assert not docks(window)["lesson"].isHidden()
    assert docks(window)["pane.examples"].isHidden()


def test_sizes_go_up_and_down_and_stop_at_the_ends(text_size: TextSize) -> None:
    size = font_size()
    seen = []
    for _ in range(len(STEPS)):
        text_size.larger()
        seen.append(text_size.percent)
    assert seen[-1] == STEPS[-1]
    assert font_size() == pytest.approx(size * STEPS[-1] / 100, abs=0.01)
    text_size.reset()
    assert font_size() == size
    for _ in range(len(STEPS)):
        text_size.smaller()
    assert text_size.percent == STEPS[0]


def test_all_texts_of_the_window_follow(window: MainWindow, text_size: TextSize, qtbot: QtBot) -> None:
    text_size.set_percent(150)
    qtbot.wait(100)
    wrong = {
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and abs(widget.font().pointSizeF() - font_size()) > 0.01
    }
    assert wrong == set()
    plot = window.docks.panes["decision_surface"].plot  # type: ignore[attr-defined]
    assert plot._label.textItem.font().pointSizeF() == font_size()
    assert plot.x_axis.style["tickFont"].pointSizeF() == font_size()
    assert f"{font_size():.1f}pt" in plot.y_axis.labelStyle["font-size"]
    for dock in docks(window).values():
        bar = dock.titleBarWidget()
        assert bar.sizeHint().height() >= QFontMetrics(QApplication.font()).height()


def test_title_bars_take_no_other_room_than_those_of_qt(window: MainWindow, text_size: TextSize, qtbot: QtBot) -> None:
    settled(window, qtbot)
    # docks behind others keep the size to which they grew, and nobody sees it
    seen = {name: dock for name, dock in docks(window).items() if _in_front(dock)}
    before = {name: dock.widget().geometry() for name, dock in seen.items()}
    assert all(dock.titleBarWidget() is None for dock in docks(window).values())
    text_size.larger()
    text_size.reset()
    assert len(seen) == 5
    qtbot.waitUntil(lambda: all(dock.titleBarWidget() is not None for dock in docks(window).values()), timeout=10_000)
    qtbot.waitUntil(lambda: {name: dock.widget().geometry() for name, dock in seen.items()} == before, timeout=10_000)
