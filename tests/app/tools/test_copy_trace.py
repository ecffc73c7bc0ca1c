"""An update on the clipboard, as text and as LaTeX, from the menu and with the right mouse button."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.trace import TracePane
from app.tools.copy_trace import NO_PHASE, NOTHING
from tests.app.desk import window

__all__ = ["window"]


def copied(window: MainWindow, action: str) -> str:
    QGuiApplication.clipboard().setText("before")
    window.actions_by_id[action].trigger()
    return QGuiApplication.clipboard().text()


def test_the_whole_update_even_while_no_phase_is_lit(window: MainWindow) -> None:
    text = copied(window, "copy_update_text")
    assert text.startswith("Example 1 of 4: 0 XOR 0, x = (0, 0), target 0 · presentation 1, epoch 1\n\n1. ")
    assert "net_h1 = " in text
    assert window.status_line.text("message") == "The next update is copied as text."
    latex = copied(window, "copy_update_latex")
    assert latex.count("\\begin{align*}") == latex.count("\\end{align*}") >= 5
    assert window.status_line.text("message") == "The next update is copied as LaTeX."


def test_only_the_newest_phase(window: MainWindow) -> None:
    assert copied(window, "copy_phase_text") == "before"
    assert window.status_line.text("message") == NO_PHASE
    window.session.show_phase(2)
    text = copied(window, "copy_phase_text")
    assert "net_h1 = " in text
    assert "δ" not in text
    assert copied(window, "copy_phase_latex").count("\\paragraph") == 1


def test_digits_chosen_in_the_pane_count(window: MainWindow) -> None:
    pane = cast("TracePane", window.docks.panes["trace"])
    long = copied(window, "copy_update_text")
    pane.digits.setCurrentIndex(0)
    assert len(copied(window, "copy_update_text")) < len(long)


def test_there_is_nothing_to_copy_while_training_runs(window: MainWindow, qtbot: QtBot) -> None:
    window.session.play()
    assert not window.actions_by_id["copy_update_text"].isEnabled()
    window.session.pause()
    assert window.actions_by_id["copy_update_text"].isEnabled()


def test_without_a_walk_it_says_so(window: MainWindow) -> None:
    pane = window.docks.panes["trace"]
    pane.frame = None
    assert copied(window, "copy_update_text") == "before"
    assert window.status_line.text("message") == NOTHING


def test_the_menu_of_the_right_mouse_button(window: MainWindow) -> None:
    window.docks.bring_up("trace")
    QCoreApplication.processEvents()
    view = cast("TracePane", window.docks.panes["trace"]).view
    window.session.show_phase(2)
    texts = {action.text().replace("&", ""): action for action in view.actions()}
    assert list(texts) == [
        "Copy the selected text",
        "Copy the update as text",
        "Copy the update as LaTeX",
        "Copy the newest phase as text",
        "Copy the newest phase as LaTeX",
    ]
    assert not texts["Copy the selected text"].isEnabled()
    view.selectAll()
    texts["Copy the selected text"].trigger()
    assert "net" in QGuiApplication.clipboard().text()
    texts["Copy the update as LaTeX"].trigger()
    assert "align*" in QGuiApplication.clipboard().text()
