"""The contract every pane keeps: it draws every kind of run in any size and theme, and says why when it cannot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.pane import Pane, pane_class, pane_ids
from app.theme import DARK, LIGHT
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import Counters, FinishReason, TrainState, read_only
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def run_of(experiment: Experiment, presentations: int) -> tuple[History, FinishReason | None]:
    trainer = Trainer(experiment)
    history = History(trainer)
    if presentations:
        after = trainer.measured_advance(history.start, presentations, stops=False)
        history.curves.append(after.clock, after.values)
        history.record(after.state)
        return history, after.reason
    return history, None


def frame_of(experiment: Experiment, presentations: int = 0, *, is_running: bool = False) -> Frame:
    history, reason = run_of(experiment, presentations)
    track = TrackFrame("lesson", history.trainer.model, history.head, history.curves, reason)
    return Frame((track,), is_running=is_running)


def diverged() -> Frame:
    frame = frame_of(xor(), 8)
    lead = frame.lead
    nan = read_only(np.full(lead.model.n_params, np.nan))
    state = TrainState(nan, nan, Counters(8, 8, 2, 0))
    return Frame((TrackFrame("lesson", lead.model, state, lead.curves, FinishReason.DIVERGED),))


def function() -> Frame:
    return frame_of(Experiment.from_dict({"family": "function", "training": {"learning_rate": 0.1}}), 20)


FRAMES: dict[str, Callable[[], Frame]] = {
    "start": lambda: frame_of(xor()),
    "trained": lambda: frame_of(xor(), 4000),
    "running": lambda: frame_of(xor(), 400, is_running=True),
    "perceptron": lambda: frame_of(gate("and"), 10),
    "xor for a perceptron": lambda: frame_of(gate("xor"), 100),
    "minus plus": lambda: frame_of(gate("or", dataset__coding="minus_plus"), 10),
    "two hidden layers": lambda: frame_of(
        xor(network={"layers": [2, 30, 5, 1], "activations": ["tanh", "sigmoid", "linear"]}), 40
    ),
    "diverged": diverged,
    "function": function,
    "faces": lambda: frame_of(
        Experiment.from_dict(
            {
                "dataset": {"name": "faces", "source": "synthetic"},
                "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
                "training": {"initializer": "zero_inputs", "learning_rate": 0.3, "momentum": 0.3},
            }
        ),
        277,
    ),
}


@pytest.fixture(params=pane_ids())
def pane(request: pytest.FixtureRequest, qtbot: QtBot) -> Pane:
    made = pane_class(request.param)()
    qtbot.addWidget(made)
    return made


def test_a_pane_names_itself(pane: Pane) -> None:
    assert type(pane).__module__ == f"app.panes.{pane.id}"
    assert type(pane).__name__ == "".join(word.capitalize() for word in pane.id.split("_")) + "Pane"
    assert pane.title
    assert pane.help.endswith(".")
    assert pane.accessibleName() == pane.title


@pytest.mark.parametrize("name", FRAMES)
def test_it_draws_or_says_why_not(pane: Pane, name: str, qtbot: QtBot) -> None:
    frame = FRAMES[name]()
    reason = pane.why_empty(frame)
    assert reason is None or reason.strip().endswith((".", "!"))
    pane.resize(480, 360)
    pane.show()
    pane.show_frame(frame)
    assert pane.in_words(frame).strip() if reason is None else True
    assert pane.accessibleDescription()
    for theme in (DARK, LIGHT):
        pane.set_theme(theme)
    for width, height in ((200, 160), (1200, 900)):
        pane.resize(width, height)
        assert not pane.grab().isNull()


def test_hidden_panes_draw_when_they_are_shown(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Frame] = []
    monkeypatch.setattr(type(pane), "draw", lambda _, frame: drawn.append(frame))
    monkeypatch.setattr(type(pane), "why_empty", lambda *_: None)
    pane.show_frame(frame_of(xor()))
    newest = Frame(frame_of(xor(), 8).tracks, changed=frozenset({"state"}))
    pane.show_frame(newest)
    assert drawn == []
    pane.show()
    assert [frame.lead for frame in drawn] == [newest.lead]
    assert "lesson" in drawn[0].changed


def test_selections_of_things_that_are_not_there_do_no_harm(pane: Pane) -> None:
    pane.show()
    pane.show_frame(frame_of(xor(), 4))
    track = frame_of(gate("and"), 4).tracks
    for selection in (Selection(("test", 99), (7, 7)), Selection(("training", 3), (1, 0)), Selection()):
        pane.show_frame(Frame(track, selection, frozenset({"selection", "state"})))


def test_going_from_one_kind_of_run_to_any_other(pane: Pane) -> None:
    pane.show()
    for name in (*FRAMES, "trained", "faces", "start", "function", "perceptron"):
        pane.show_frame(FRAMES[name]())
