"""Tracks as a person meets them: the question what to compare with, the bar, a picture for each, names and colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QToolButton
from pytestqt.qtbot import QtBot

from app.frame import Frame
from app.main_window import MainWindow
from app.panes.decision_surface import DecisionSurfacePane
from app.playback import SPEEDS
from app.theme import DARK, LIGHT
from app.tools.tracks import Tracks
from app.turns import Turns
from app.widgets.compare_dialog import CompareDialog
from app.widgets.track_bar import TrackBar
from app.widgets.track_look import swatch, track_colour, track_symbol
from tests.app.desk import window
from tests.app.test_panes import frame_of
from tests.nlcore.examples import xor

__all__ = ["window"]


class Desk:
    """The window with what concerns tracks."""

    def __init__(self, made: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = made, qtbot
        tool = made.tools["tracks"]
        assert isinstance(tool, Tracks)
        self.tool = tool

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.session.activity == "paused", timeout=30_000)

    @property
    def bar(self) -> TrackBar:
        assert self.tool.bar is not None
        return self.tool.bar

    def ask(self) -> CompareDialog:
        self.window.actions_by_id["compare_with"].trigger()
        assert self.tool.dialog is not None
        return self.tool.dialog

    def compare(self, text: str) -> None:
        dialog = self.ask()
        dialog.values.clear()
        self.qtbot.keyClicks(dialog.values, text)
        self.qtbot.mouseClick(dialog.compare, Qt.MouseButton.LeftButton)
        self.wait()

    @property
    def names(self) -> list[str]:
        return [track.name for track in self.window.session.tracks]


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> Desk:
    return Desk(window, qtbot)


def test_three_rates_are_compared(desk: Desk) -> None:
    session = desk.window.session
    session.step("epoch", 50)
    desk.wait()
    assert not desk.bar.isVisible()
    desk.compare("0.05; 2")
    assert desk.names == ["lesson", "learning rate 0.05", "learning rate 2"]
    assert {track.done for track in session.tracks} == {200}
    assert desk.bar.isVisible()
    assert [button.text() for button in desk.bar.buttons] == desk.names
    session.step("epoch")
    assert {track.done for track in session.tracks} == {204}
    for grid in desk.window.docks.grids.values():
        if grid.isVisible() and grid.pane.multiples == "grid":
            shown = [cell for cell in grid.cells if not cell.isHidden()]
            states = [cell.pane.frame.lead.state for cell in shown if cell.pane.frame is not None]
            assert states == [track.cursor for track in session.tracks]


def test_the_dialog_says_what_will_happen_and_what_is_wrong(desk: Desk) -> None:
    desk.window.session.step("epoch", 10)
    desk.wait()
    dialog = desk.ask()
    assert not dialog.compare.isEnabled()
    dialog.values.setText("fast")
    assert "number" in dialog.said.text()
    assert not dialog.compare.isEnabled()
    dialog.values.setText("1; 2; 3; 4; 5; 6; 7; 8")
    assert "room for 7" in dialog.said.text()
    dialog.values.setText("0.3")
    assert "Adds 1 track, begun anew and trained as far as this run" in dialog.said.text()
    dialog.from_here.setChecked(True)
    assert "the same up to here" in dialog.said.text()
    dialog.choose("training.loss")
    assert not dialog.from_here.isEnabled()
    assert dialog.choices.isVisible()
    assert not dialog.compare.isEnabled()
    dialog.choices.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.compare.isEnabled()
    dialog.reject()


def test_what_does_not_fit_is_told_and_nothing_is_added(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(desk.window, "show_problem", told.append)
    dialog = desk.ask()
    dialog.values.setText("-1")
    desk.qtbot.mouseClick(dialog.compare, Qt.MouseButton.LeftButton)
    assert len(told) == 1
    assert "learning_rate" in told[0]
    assert desk.names == ["lesson"]


def test_the_bar_leads_hides_renames_and_removes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.compare("0.05; 2")
    desk.qtbot.mouseClick(desk.bar.buttons[2], Qt.MouseButton.LeftButton)
    assert desk.names == ["learning rate 2", "lesson", "learning rate 0.05"]
    assert desk.window.strip.fields["training.learning_rate"].text() == "2"

    def entry(button: QToolButton, text: str) -> Callable[[], None]:
        menu = button.menu()
        assert menu is not None
        return next(action for action in menu.actions() if action.text().replace("&", "").startswith(text)).trigger

    entry(desk.bar.buttons[1], "Hide")()
    assert "(hidden)" in desk.bar.buttons[1].text()
    frame = desk.window.docks.grids["decision_surface"].frame
    assert frame is not None
    assert [track.name for track in frame.tracks] == ["learning rate 2", "learning rate 0.05"]
    entry(desk.bar.buttons[1], "Show again")()
    asked = []
    monkeypatch.setattr(QInputDialog, "open", lambda dialog, *_: asked.append(dialog))
    entry(desk.bar.buttons[1], "Rename")()
    asked[0].textValueSelected.emit("as in the text")
    assert desk.names[1] == "as in the text"
    entry(desk.bar.buttons[2], "Remove")()
    assert desk.names == ["learning rate 2", "as in the text"]
    desk.window.actions_by_id["bring_back_track"].trigger()
    desk.wait()
    assert desk.names[2] == "learning rate 0.05"
    desk.window.open_lesson("perceptron-and")
    desk.wait()
    assert desk.names == ["lesson"]
    assert not desk.bar.isVisible()
    assert not desk.window.actions_by_id["bring_back_track"].isEnabled()


def test_the_choices_of_the_first_picture_are_those_of_all(desk: Desk) -> None:
    desk.compare("0.05")
    grid = desk.window.docks.grids["decision_surface"]
    first, second = (cell.pane for cell in grid.cells)
    assert isinstance(first, DecisionSurfacePane)
    assert isinstance(second, DecisionSurfacePane)
    first.threshold.setChecked(True)
    assert second.threshold.isChecked()
    first.shown.setCurrentIndex(1)
    first.shown.activated.emit(1)
    assert second.shown.currentIndex() == 1
    desk.qtbot.waitUntil(first.options.isVisible)
    assert not second.options.isVisible()
    desk.window.session.comparison.remove(2)
    assert first.options.parentWidget() is first.body  # back where it was
    desk.qtbot.waitUntil(first.options.isVisible)


def test_tabs_show_one_track_at_a_time(desk: Desk) -> None:
    desk.compare("0.05")
    grid = desk.window.docks.grids["network_diagram"]
    assert grid.tabs.isVisible()
    grid.tabs.setCurrentIndex(1)
    assert grid.pane.frame is not None
    assert grid.pane.frame.lead.name == "learning rate 0.05"
    desk.window.session.step("epoch")
    assert grid.pane.frame.lead.state is desk.window.session.tracks[1].cursor
    desk.window.session.comparison.promote(2)  # the chosen one is still the same
    assert grid.pane.frame.lead.name == "learning rate 0.05"
    desk.window.session.comparison.remove(2)
    assert not grid.tabs.isVisible()
    assert grid.pane.frame.lead.name == "lesson"


def test_the_tab_of_the_lead_follows_the_lead_and_another_one_stays(desk: Desk) -> None:
    desk.compare("0.05; 0.1")
    grid, comparison = desk.window.docks.grids["network_diagram"], desk.window.session.comparison
    comparison.promote(2)
    assert grid.pane.frame is not None
    assert grid.pane.frame.lead.number == 2
    grid.tabs.setCurrentIndex(2)
    comparison.promote(1)
    assert grid.pane.frame.lead.number == 3


@pytest.mark.parametrize("size", [(1280, 800), (800, 600)])
def test_eight_tracks_in_any_size_and_theme(desk: Desk, size: tuple[int, int]) -> None:
    desk.compare("0.01; 0.02; 0.05; 0.1; 0.2; 1; 2")
    desk.window.resize(*size)
    assert len(desk.bar.buttons) == 8
    assert not desk.window.actions_by_id["compare_with"].isEnabled()
    desk.window.session.set_speed(SPEEDS[-1])
    desk.window.session.play(epochs=200)
    desk.wait()
    for choice in ("dark", "light"):
        desk.window.choose_theme(choice)  # type: ignore[arg-type]
        assert not desk.window.grab().isNull()
    assert {track.done for track in desk.window.session.tracks} == {800}


def test_colours_and_symbols_all_differ() -> None:
    for theme in (LIGHT, DARK):
        assert len({track_colour(theme, number) for number in range(1, 9)}) == 8
        assert len({swatch(theme, n).pixmap(14, 14).toImage().pixelColor(7, 7).name() for n in range(1, 9)}) == 8
    assert len({track_symbol(number) for number in range(1, 9)}) == 8


def test_while_training_runs_the_slow_ones_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("app.turns.time.perf_counter", lambda: now[0])
    drawn: list[tuple[str, frozenset[str]]] = []

    def drawer(name: str) -> tuple[bool, Callable[[Frame], None]]:
        def draw(frame: Frame) -> None:
            drawn.append((name, frame.changed))
            now[0] += 0.030

        return True, draw

    turns, drawers = Turns(), {name: drawer(name) for name in "abc"}
    running = [Frame(frame_of(xor()).tracks, changed=frozenset({flag}), is_running=True) for flag in ("x", "y", "z")]
    for frame in running:
        turns.show(frame, drawers)
    assert drawn == [("a", {"x"}), ("b", {"x", "y"}), ("c", {"x", "y", "z"})]
    drawn.clear()
    turns.show(Frame(frame_of(xor()).tracks, changed=frozenset({"end"})), drawers)  # at rest all are drawn
    assert {name for name, _ in drawn} == {"a", "b", "c"}
    assert dict(drawn)["a"] == {"y", "z", "end"}
