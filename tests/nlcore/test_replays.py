"""A run gone through again: the same weights to the last bit, and every update with its example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.data_edits import DataEdit, MoveExample
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.interventions import SettingsChange
from nlcore.mistake_bounds import SHARES, bound_of, sweep, why_no_theorem
from nlcore.replays import Replay, count_updates
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate

SLACK = 1 + 1e-9


def model_of(experiment: Experiment) -> tuple[FeedforwardModel, Trainer]:
    trainer = Trainer(experiment)
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    return model, trainer


@pytest.mark.parametrize("order", ["fixed", "shuffled", "random"])
def test_a_replay_ends_at_the_same_bits_and_counts_all_updates(order: str) -> None:
    model, trainer = model_of(gate("and", training__order=order, training__learning_rate=0.3))
    start = trainer.initial_state()
    replay = Replay(model, start)
    for done in (3, 3, 10, 31):  # a moment that is past is no harm
        replay.go_on(done)
        state = trainer.advance(start, done)
        assert replay.end == done
        assert replay.params.tobytes() == state.params.tobytes()
        assert len(replay.updates) == state.counters.updates == replay.counts(done).sum()
        assert [shown.epoch for shown in replay.until(done)] == [k // 4 for k in range(done)]


def test_a_replay_tells_which_example_made_which_update() -> None:
    model, trainer = model_of(gate("and"))
    replay = Replay(model, trainer.initial_state())
    replay.go_on(8)
    assert [(u.presentations, u.epoch, u.example) for u in replay.updates] == [
        (1, 0, 0),
        (4, 0, 3),
        (5, 1, 0),
        (6, 1, 1),
        (8, 1, 3),
    ]
    assert replay.counts(4).tolist() == [1, 0, 0, 1]
    assert [u.example for u in replay.updates_until(4)] == [0, 3]
    assert replay.updates[1].params.tolist() == [1, 1, 0]


def test_since_is_the_start_until_something_is_changed() -> None:
    history = History(Trainer(gate("and")))
    history.record(history.trainer.advance(history.start, 12))
    assert history.since(7) is history.start
    child = history.fork(6, SettingsChange(settings=(("training.learning_rate", 0.5),)))
    child.record(child.advance_from(child.head, 5))
    assert child.since(5) is history.start
    assert child.since(6).counters.presentations == child.since(11).counters.presentations == 6
    assert child.since(11).same_bits(history.state_at(6))
    other = child.fork(8, DataEdit.of(MoveExample(index=0, inputs=(0.2, 0.1))))
    assert other.since(8).counters.presentations == 8
    other.record(other.advance_from(other.head, 9))
    replay = Replay(other.trainer_at(17).model, other.since(17))  # type: ignore[arg-type]
    replay.go_on(17)
    assert replay.params.tobytes() == other.state_at(17).params.tobytes()


def test_updates_of_a_whole_run() -> None:
    model, trainer = model_of(gate("and"))
    start = trainer.initial_state()
    assert count_updates(model, start) == (18, True)
    assert count_updates(model, trainer.advance(start, 9)) == (18 - trainer.advance(start, 9).counters.updates, True)
    moved = model.examples.training.inputs.copy()
    moved[3] = (0.7, 0.7)
    assert count_updates(model, start, moved) == (16, True)
    never, other = model_of(gate("xor"))
    assert count_updates(never, other.initial_state(), most=400) == (400, False)


def test_the_bound_of_and() -> None:
    model, trainer = model_of(gate("and"))
    found = bound_of(model, trainer.initial_state())
    assert found.plain == pytest.approx(51.0, rel=1e-12)
    assert found.theorem.bound == pytest.approx(51.0, rel=1e-12)
    assert (found.mistakes, found.is_over) == (18, True)
    assert why_no_theorem(model) is None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"training.frozen": ["biases[0]"]}, "frozen"),
        ({"training.schedule": {"name": "inverse"}}, "falls"),
        ({"training.learning_rate": 0.0}, "above 0"),
    ],
)
def test_what_takes_the_theorem_its_ground_is_told(changes: dict[str, object], word: str) -> None:
    model, _ = model_of(gate("and").replace(changes))
    assert word in (why_no_theorem(model) or "")


def test_bound_and_mistakes_as_the_gap_closes() -> None:
    model, trainer = model_of(gate("and"))
    found = sweep(model, trainer.initial_state())
    assert [point.share for point in found] == list(SHARES)
    gammas = [point.gamma for point in found]
    assert gammas == sorted(gammas, reverse=True)
    assert all(point.is_over and point.mistakes <= point.bound * SLACK for point in found)
    by_share = {round(point.share, 4): point for point in found}
    assert by_share[0.9].bound == pytest.approx(2482.0, rel=1e-9)
    assert by_share[0.9].mistakes == 56
    assert by_share[0.99].bound == pytest.approx(240_802.0, rel=1e-9)
    assert by_share[0.99].mistakes == 596
    assert sweep(*((never := model_of(gate("xor")))[0], never[1].initial_state())) == ()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_perceptron_breaks_the_bound(seed: int) -> None:
    """Random separable sets, starts, rates and orders; a run that takes too long has broken nothing yet."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 12)), int(rng.integers(1, 4))
    w, x = rng.normal(size=d + 1), rng.normal(size=(n, d)) * rng.uniform(0.2, 5.0)
    y = np.where(w[0] + x @ w[1:] > 0.0, 1.0, -1.0)
    start = rng.normal(size=d + 1) * rng.choice([0.0, 0.5, 5.0])
    data = Data(
        name="points",
        source="by chance",
        training=ExampleSet.of(x, y[:, None]),
        validation=no_examples(d, 1),
        test=no_examples(d, 1),
        input_names=tuple(f"x{i + 1}" for i in range(d)),
        output_names=("o",),
        class_names=("low", "high"),
        midpoint=0.0,
    )
    values = {"weights[0]": [start[1:].tolist()], "biases[0]": [float(start[0])]}
    training = {
        "rule": "perceptron",
        "learning_rate": float(rng.choice([0.05, 0.3, 1.0, 7.0])),
        "order": str(rng.choice(["fixed", "shuffled", "random"])),
        "initializer": {"name": "values", "values": values},
    }
    experiment = Experiment.from_dict(
        {"seed": 1, "network": {"layers": [d, 1], "activations": ["threshold"]}, "training": training}
    )
    trainer = Trainer(experiment, data)
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    found = bound_of(model, trainer.initial_state())
    if math.isfinite(found.theorem.bound):
        assert found.mistakes <= found.theorem.bound * SLACK + 1e-9
    else:
        assert found.theorem.margin.gamma == 0.0
