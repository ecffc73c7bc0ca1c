"""Start weights from the error surface, in a real window: the run begins again there, and undo leads back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.error_surface import ErrorSurfacePane
from nlcore.interventions import WeightEdit
from nlcore.records import Address
from tests.app.desk import window

__all__ = ["window"]


@pytest.fixture
def pane(window: MainWindow, qtbot: QtBot) -> ErrorSurfacePane:
    """Show the pane through its menu action, after some epochs."""
    session = window.session
    session.step("epoch", 5)
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=30_000)
    window.actions_by_id["set_start_weights"].trigger()
    found = window.docks.panes["error_surface"]
    assert isinstance(found, ErrorSurfacePane)
    qtbot.waitUntil(found.isVisible)
    return found


def test_the_menu_shows_the_pane_with_clicking_turned_on(pane: ErrorSurfacePane) -> None:
    assert pane.choice.start.isChecked()
    assert "begins again" in pane.readout.full_text


def test_a_click_begins_the_run_there_and_undo_leads_back(window: MainWindow, pane: ErrorSurfacePane) -> None:
    session = window.session
    before = session.tracks[0].history.head
    start = session.tracks[0].history.start
    places = pane.choice.places
    pane.map.clicked.emit(1.5, -2.5)
    cursor = session.tracks[0].cursor
    assert cursor.counters.presentations == 0
    assert cursor.params[list(places)].tolist() == [1.5, -2.5]
    others = [k for k in range(cursor.params.size) if k not in places]
    assert cursor.params[others].tobytes() == start.params[others].tobytes()
    assert "Ctrl+Z" in session.changes.notice
    assert len(session.changes.ghosts) == 1  # the old course is dimmed
    session.step("epoch")
    way = pane._sight.ways[-1]  # type: ignore[union-attr]
    assert way.at[0].tolist() == [1.5, -2.5]
    window.actions_by_id["undo"].trigger()
    assert session.tracks[0].cursor.params.tobytes() == start.params.tobytes()
    assert session.tracks[0].history.head is before


def test_tracks_that_began_alike_begin_alike_again(window: MainWindow, pane: ErrorSurfacePane, qtbot: QtBot) -> None:
    session = window.session
    session.comparison.add_all([{"training.learning_rate": 0.1}, {"seed": 7}])
    qtbot.waitUntil(lambda: len(session.tracks) == 3 and session.activity == "paused", timeout=30_000)
    starts = [track.history.start.params.tobytes() for track in session.tracks]
    pane.map.clicked.emit(1.0, 1.0)
    assert [track.done for track in session.tracks] == [0, 0, 0]
    lead, alike, of_other_seed = (track.cursor.params.tobytes() for track in session.tracks)
    assert lead == alike != starts[0]
    assert of_other_seed == starts[2]
    window.actions_by_id["undo"].trigger()
    assert [track.cursor.params.tobytes() for track in session.tracks] == starts


def test_what_does_not_fit_is_said_in_the_pane(window: MainWindow, pane: ErrorSurfacePane) -> None:
    pane.start_wanted.emit(WeightEdit.of(Address("weights[7]", (0, 0)), 1.0))
    assert "weights[7]" in pane.message.text()
    assert window.session.tracks[0].history.run.interventions == ()


def test_the_whole_way_is_drawn_after_a_run(window: MainWindow, pane: ErrorSurfacePane, qtbot: QtBot) -> None:
    session = window.session
    session.play(epochs=20)
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=30_000)
    qtbot.waitUntil(lambda: len(pane._sight.ways[-1].points) == 101, timeout=10_000)  # type: ignore[union-attr]
    assert pane._sight.ways[-1].is_complete  # type: ignore[union-attr]


def test_another_lesson_has_a_fresh_pane(window: MainWindow, pane: ErrorSurfacePane, qtbot: QtBot) -> None:
    window.open_lesson("perceptron-and")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    fresh = window.docks.panes["error_surface"]
    assert fresh is not pane
    assert isinstance(fresh, ErrorSurfacePane)
    window.docks.bring_up("error_surface")
    qtbot.waitUntil(fresh.isVisible)
    assert fresh.map.full_title.startswith("Loss of the training set")
