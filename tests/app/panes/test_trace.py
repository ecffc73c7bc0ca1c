"""The walk through an update as a student uses it: buttons, keys, choices, lines that point at units and weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import figures
from app.frame import Frame, Selection
from app.main_window import MainWindow
from app.panes import trace
from app.panes.trace import RUNNING, UNTOLD, TracePane, words_of
from app.theme import DARK
from app.traced import trace_of
from app.widgets.expression_html import ALL_DIGITS
from nlcore.explanations import Step, Walk
from tests.app.desk import window
from tests.app.test_panes import FRAMES, frame_of
from tests.nlcore.examples import xor

__all__ = ["window"]


@pytest.fixture
def pane(window: MainWindow, qtbot: QtBot) -> TracePane:
    window.docks.bring_up("trace")
    found = cast("TracePane", window.docks.panes["trace"])
    qtbot.waitUntil(found.isVisible)
    return found


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(pane: TracePane, name: str, value: object) -> None:
    combo = getattr(pane, name)
    combo.setCurrentIndex(combo.findData(value))


def n_phases(window: MainWindow) -> int:
    return window.session.n_phases()


def test_it_invites_and_then_walks_through_the_update(window: MainWindow, pane: TracePane) -> None:
    session, n = window.session, n_phases(window)
    assert pane.heading.full_text == "Example 1 of 4: 0 XOR 0, x = (0, 0), target 0 · presentation 1, epoch 1"
    assert "Press F7" in pane.view.plain_text()
    assert pane.place.text() == f"0 of {n}"
    assert not pane.back.isEnabled()
    for k in range(1, n + 1):
        click(pane.next)
        assert session.phase == k
        assert pane.place.text() == f"{k} of {n}"
        assert f"{k}  " in pane.view.plain_text()
    assert not pane.all.isEnabled()
    assert session.now == 0
    click(pane.next)
    assert (session.now, session.phase) == (1, 0)
    assert pane.heading.full_text.startswith("Example 2 of 4: 0 XOR 1, x = (0, 1), target 1 · presentation 2")


def test_back_goes_into_the_presentation_before(window: MainWindow, pane: TracePane) -> None:
    session, n = window.session, n_phases(window)
    session.step("presentation")
    assert pane.back.isEnabled()
    click(pane.back)
    assert (session.now, session.phase) == (0, n)
    click(pane.back)
    assert (session.now, session.phase) == (0, n - 1)


def test_all_at_once_and_single_phases_by_their_titles(window: MainWindow, pane: TracePane) -> None:
    click(pane.all)
    assert window.session.phase == n_phases(window)
    pane.view.verticalScrollBar().setValue(0)
    top = pane.view.map.section(0)[0]
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, round(top + 12)))
    assert window.session.phase == 1


def test_the_numbers_are_those_of_the_network(window: MainWindow, pane: TracePane) -> None:
    """The first net input, by hand: with inputs 0 and 0 it is the bias."""
    session = window.session
    assert session.cursor is not None
    assert session.history is not None
    model = session.history.trainer.model
    bias = model.layout.biases(session.cursor.params)[0][0]  # type: ignore[attr-defined]
    choose(pane, "digits", ALL_DIGITS)
    session.show_phase(2)
    said = repr(float(bias)).replace("-", "−")
    first = next(line for line in pane.view.plain_text().splitlines() if line.startswith("neth1 = "))
    assert first.startswith("neth1 = wh1,0 + wh1,x1 x1 + wh1,x2 x2")
    assert f"= {said}" in pane.view.plain_text()


def test_play_lights_one_phase_after_the_other_and_stops_at_the_last(
    window: MainWindow, pane: TracePane, qtbot: QtBot
) -> None:
    session, n = window.session, n_phases(window)
    pane._playing.setInterval(1)
    seen: list[int] = []
    session.frame_changed.connect(lambda frame: seen.append(frame.phase))
    click(pane.play)
    qtbot.waitUntil(lambda: session.phase == n, timeout=20_000)
    qtbot.wait(50)
    assert seen == [*range(1, n + 1)]
    assert session.now == 0
    assert pane.play.text() == "Play"


@pytest.mark.parametrize("what", ["step", "phase", "hide", "again"])
def test_anything_else_stops_it(window: MainWindow, pane: TracePane, qtbot: QtBot, what: str) -> None:
    session = window.session
    pane._playing.setInterval(60_000)
    click(pane.play)
    assert session.phase == 1
    assert pane.play.text() == "Stop"
    pane._playing.setInterval(1)
    if what == "step":
        session.step("presentation")
    elif what == "phase":
        session.show_phase(0)
    elif what == "hide":
        window.docks.docks["trace"].close()
    else:
        click(pane.play)
    assert pane.play.text() == "Play"
    phase = session.phase
    qtbot.wait(50)
    assert session.phase == phase


def test_a_line_points_at_its_unit_and_back(window: MainWindow, pane: TracePane) -> None:
    session = window.session
    session.select(Selection(example=("training", 2)))
    click(pane.all)
    pane.view.place_chosen.emit(("unit", 1, 1))
    assert session.selection == Selection(("training", 2), (1, 1))
    assert pane.view.marked == {("unit", 1, 1)}
    pane.view.place_chosen.emit(("weight", 0, 1, -1))
    assert session.selection == Selection(("training", 2), (1, 1), (0, 1, -1))
    pane.view.place_chosen.emit(("unit", 1, 1))
    pane.view.place_chosen.emit(("weight", 0, 1, -1))
    assert session.selection == Selection(("training", 2))
    assert pane.view.marked == frozenset()
    pane.view.place_chosen.emit(("example",))
    assert session.selection.example == ("training", 0)


def test_what_is_selected_elsewhere_is_written_out_and_in_sight(qtbot: QtBot) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    pane.resize(480, 420)
    pane.show()
    frame = replace(FRAMES["faces"](), phase=99)
    pane.show_frame(frame)
    place = ("weight", 0, 1, 500)
    assert pane.view.map.rects(place) == []
    pane.show_frame(replace(frame, selection=Selection(weight=(0, 1, 500)), changed=frozenset({"selection"})))
    rects = pane.view.map.rects(place)
    up, height = pane.view.verticalScrollBar().value(), pane.view.viewport().height()
    assert rects
    assert any(up <= rect.top() and rect.bottom() <= up + height for rect in rects)
    assert "wh2,x501" in pane.view.plain_text()
    assert "more" in pane.view.plain_text()


def test_how_formulas_are_written_is_chosen(window: MainWindow, pane: TracePane) -> None:
    window.session.show_phase(2)
    assert "wh1,x1 x1" in pane.view.plain_text()
    choose(pane, "mode", "numbers")
    assert "wh1,x1 x1" not in pane.view.plain_text()
    choose(pane, "mode", "symbols")
    assert "wh1,x1 x1" in pane.view.plain_text()
    choose(pane, "mode", "both")
    lengths = []
    for digits in trace.DIGITS:
        choose(pane, "digits", digits)
        lengths.append(len(pane.view.plain_text()))
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
    choose(pane, "digits", ALL_DIGITS)
    assert "Rounded" not in pane.legend.text()


def test_another_setting_at_the_same_moment_gives_other_numbers(window: MainWindow, pane: TracePane) -> None:
    click(pane.all)
    assert "0.125 · " not in pane.view.plain_text()
    window.session.changes.set("training.learning_rate", 0.125)
    click(pane.all)
    assert "= 0.125 · " in pane.view.plain_text()


def test_more_units_of_a_large_layer(qtbot: QtBot) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    pane.show()
    wide = xor(network={"layers": [2, 9, 1], "activations": ["sigmoid", "sigmoid"]})
    pane.show_frame(replace(frame_of(wide), phase=2))
    assert "neth7" not in pane.view.plain_text()
    assert "… and 3 more" in pane.view.plain_text()
    choose(pane, "most", 12)
    assert "neth9" in pane.view.plain_text()
    assert "more like" not in pane.view.plain_text()


def test_the_last_walk_stays_while_training_runs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    pane.show()
    frame = replace(FRAMES["start"](), phase=3)
    pane.show_frame(frame)
    text = pane.view.plain_text()
    monkeypatch.setattr(trace, "walk", lambda *_: pytest.fail("nothing is worked out while training runs"))
    monkeypatch.setattr(trace, "trace_of", lambda *_: pytest.fail("nothing is worked out while training runs"))
    running = FRAMES["running"]()
    pane.show_frame(replace(running, changed=frozenset({"state", "curves"})))
    assert pane.heading.full_text == RUNNING
    assert pane.view.plain_text() == text
    assert not pane.next.isEnabled()


def test_it_says_why_there_is_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    monkeypatch.setattr(trace, "walk", lambda *_: Walk((Step("x", "X", "Y."),)))
    assert pane.why_empty(FRAMES["trained"]()) == UNTOLD
    monkeypatch.undo()
    reason = pane.why_empty(FRAMES["diverged"]())
    assert reason is not None
    assert "Go back" in reason
    assert pane.why_empty(FRAMES["perceptron"]()) is None


def test_a_step_of_a_function_is_walked_through_as_well(qtbot: QtBot) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    pane.show()
    frame = replace(FRAMES["function"](), phase=9)
    assert pane.why_empty(frame) is None
    pane.show_frame(frame)
    assert pane.heading.full_text == "Step 21"
    assert "η" in pane.view.plain_text()
    assert len(pane.tables(frame)[0].rows) >= 4


def test_lines_are_called_as_in_the_other_panes() -> None:
    track = FRAMES["two hidden layers"]().lead
    assert words_of(track, ("unit", 1, 4)) == "Hidden unit 5 of layer 1"
    assert words_of(track, ("unit", 3, 0)) == "Output o"
    assert words_of(track, ("weight", 0, 1, -1)) == "Weight to hidden unit 2 of layer 1 from x0 = 1 (the bias)"
    assert words_of(track, ("weight", 2, 0, 3)) == "Weight to output o from hidden unit 4 of layer 2"
    assert words_of(FRAMES["function"]().lead, ("unit", 1, 0)) == ""


def test_words_and_tables(qtbot: QtBot) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    frame = replace(FRAMES["trained"](), phase=2)
    words = pane.in_words(frame)
    trace_shown = trace_of(frame.lead.model, frame.lead.state)
    assert trace_shown is not None
    assert f"2 of {len(trace_shown.phases)} phases are lit." in words
    assert "net_h1 = " in words
    (table,) = pane.tables(frame)
    assert len(table.rows) > 20
    assert table.rows[0][3].startswith("net_h1")  # type: ignore[union-attr]
    two = Frame((frame.lead, replace(frame.lead, name="other", number=2)))
    (both,) = pane.tables(two)
    assert both.headings[0] == "track"
    assert {row[0] for row in both.rows} == {"lesson", "other"}
    assert len(both.rows) == 2 * len(table.rows)


def test_tracks_are_chosen_with_tabs(window: MainWindow, pane: TracePane, qtbot: QtBot) -> None:
    session = window.session
    session.comparison.add({"training.learning_rate": 0.125}, "slow")
    qtbot.waitUntil(lambda: len(session.tracks) == 2 and session.activity == "paused", timeout=30_000)
    grid = window.docks.grids["trace"]
    n = n_phases(window)
    session.show_phase(n)
    lead = pane.view.plain_text()
    grid.tabs.setCurrentIndex(1)
    assert pane.place.text() == f"{n} of {n}"
    assert pane.view.plain_text() != lead
    assert "0.125" in pane.view.plain_text()
    grid.tabs.setCurrentIndex(0)
    assert pane.view.plain_text() == lead


def test_a_figure_shows_the_phases_without_controls(window: MainWindow, pane: TracePane, tmp_path: Path) -> None:
    window.session.show_phase(4)
    choose(pane, "mode", "numbers")
    assert pane.frame is not None
    for name in ("a.png", "a.svg"):
        path = figures.save(tmp_path / name, "trace", pane.frame, (500, 900), like=pane)
        assert path.stat().st_size > 10_000
    with figures.Stage("trace", (500, 900), like=pane) as stage:
        stage.show_frame(pane.frame)
        shown = cast("TracePane", stage.pane)
        pane.finish()
        assert shown.view.plain_text() == pane.view.plain_text()
        assert not shown.next.isVisible()
        assert shown.view.formulas


def test_larger_texts_and_the_other_theme(window: MainWindow, pane: TracePane, qtbot: QtBot) -> None:
    window.session.show_phase(3)
    pane.finish()
    height = pane.view.document().size().height()
    window.actions_by_id["larger"].trigger()
    window.actions_by_id["larger"].trigger()
    qtbot.waitUntil(lambda: pane.view.document().size().height() > 1.1 * height)
    window.actions_by_id["usual_size"].trigger()
    window.choose_theme("dark")
    assert pane.view.theme.name == DARK.name


def test_a_small_pane_keeps_its_room_for_the_formulas(qtbot: QtBot) -> None:
    pane = TracePane()
    qtbot.addWidget(pane)
    pane.resize(240, 240)
    pane.show()
    pane.show_frame(replace(FRAMES["trained"](), phase=4))
    assert not pane.legend.isVisible()
    assert pane.view.height() > 90
    assert [button.text() for button in (pane.back, pane.next, pane.all)] == ["‹", "›", "All"]
    assert pane.back.accessibleName() == "Back"
    for button in (pane.back, pane.next, pane.all, pane.play):
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 8
    pane.resize(600, 700)
    assert pane.legend.isVisible()
    assert pane.next.text() == "Next ›"


def test_everything_has_a_name_and_is_reached_with_the_keyboard(pane: TracePane) -> None:
    for control in (pane.back, pane.next, pane.all, pane.play, pane.mode, pane.digits, pane.most, pane.view):
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert control.accessibleName() or control.text()  # type: ignore[union-attr]
        assert control.toolTip() or control.accessibleDescription()
