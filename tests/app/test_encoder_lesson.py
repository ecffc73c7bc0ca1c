"""The numbers in the text of encoder."""

from __future__ import annotations

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore import kernels
from nlcore.families.feedforward import FeedforwardModel
from nlcore.hidden_codes import Codes, codes_of, course
from nlcore.records import Metrics, TrainState
from nlcore.trainer import Trainer

LESSON = find_lesson("encoder")
needs_compiler = pytest.mark.skipif(not kernels.has_compiler(), reason="takes minutes without numba")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def trainer(**changes: object) -> Trainer:
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    return Trainer(LESSON.experiment.replace(changed) if changed else LESSON.experiment).prepared()


def after(trained: Trainer, epochs: int, since: TrainState | None = None) -> TrainState:
    state = trained.initial_state() if since is None else since
    return trained.advance(state, epochs * 8 - state.counters.presentations)


def measured(trained: Trainer, state: TrainState) -> Metrics:
    found = trained.evaluate(state)["training"]
    assert isinstance(found, Metrics)
    return found


def model_of(trained: Trainer) -> FeedforwardModel:
    assert isinstance(trained.model, FeedforwardModel)
    return trained.model


def codes(trained: Trainer, state: TrainState) -> Codes:
    return codes_of(model_of(trained), state.params)


def errors(trained: Trainer, epochs: int) -> list[float]:
    found: list[float] = course(model_of(trained), after(trained, epochs).params[None, :]).errors[0].tolist()
    return found


def test_the_plateau() -> None:
    trained = trainer()
    assert errors(trained, 0) == pytest.approx([2.0] * 8, abs=0.15)
    assert 0.865 < min(errors(trained, 25)) < max(errors(trained, 25)) < 0.885
    assert 7 * (1 / 8) ** 2 + (7 / 8) ** 2 == 0.875
    values = codes(trained, after(trained, 25)).values
    assert np.ptp(values, axis=0).max() < 0.1
    assert max(errors(trained, 225)) < 0.885
    assert min(errors(trained, 225)) > 0.84


def test_the_outputs_leave_it_one_after_the_other() -> None:
    trained = trainer()
    at_500 = errors(trained, 500)
    assert round(at_500[1], 2) == 0.22
    assert min(at_500[2], at_500[5]) > 0.86
    assert not codes(trained, after(trained, 1389)).is_right.all()
    for epochs in (1390, 2000, 5000):
        assert codes(trained, after(trained, epochs)).is_right.all()
    assert codes(trained, after(trained, 5000)).n_distinct == 8


def test_seed_4_has_one_code_twice() -> None:
    trained = trainer(seed=4)
    found = codes(trained, after(trained, 5000))
    assert found.is_right.all()
    assert found.n_distinct == 7
    assert found.same_as[1] == 3
    assert (found.text(1), found.text(3)) == ("000", "000")
    assert found.values[3, 1] == pytest.approx(0.45, abs=0.005)


@needs_compiler
@pytest.mark.parametrize(("coding", "learnt", "distinct"), [("zero_one", 20, 14), ("tenth_nine_tenths", 18, 9)])
def test_twenty_seeds(coding: str, learnt: int, distinct: int) -> None:
    n_learnt = n_distinct = 0
    for seed in range(1, 21):
        trained = trainer(seed=seed, dataset__n=8, dataset__coding=coding)
        found = codes(trained, after(trained, 5000))
        n_learnt += bool(found.is_right.all())
        n_distinct += found.n_distinct == 8
    assert (n_learnt, n_distinct) == (learnt, distinct)


@needs_compiler
def test_when_all_answers_are_right_for_the_first_time() -> None:
    firsts = []
    for seed in range(1, 21):
        trained = trainer(seed=seed)
        state = after(trained, 900)
        while not codes(trained, state).is_right.all():
            state = after(trained, state.counters.epochs + 10, state)
        firsts.append(state.counters.epochs)
    assert (min(firsts), max(firsts)) == (930, 3110)


@needs_compiler
def test_two_hidden_units_make_a_ring() -> None:
    trained = trainer(network__layers=[8, 2, 8])
    before = after(trained, 14_000)
    assert not codes(trained, before).is_right.all()
    assert codes(trained, after(trained, 14_700, before)).is_right.all()
    end = codes(trained, after(trained, 20_000))
    assert end.is_right.all()
    assert end.n_distinct == 4
    assert np.abs(end.values[:, 0] - 0.2).min() < 0.01
    assert np.abs(end.values[:, 1] - 0.7).min() < 0.01
    assert len(corners(end.values)) == 8


@needs_compiler
def test_one_hidden_unit_gets_two_right() -> None:
    trained = trainer(network__layers=[8, 1, 8])
    end = after(trained, 20_000)
    found = codes(trained, end)
    values = found.values[:, 0]
    assert found.is_right.sum() == 2
    assert set(np.flatnonzero(found.is_right)) == {int(values.argmin()), int(values.argmax())}
    assert len(np.unique(values.round(2))) == 4
    assert measured(trained, end).error_rate == 0.5


def test_the_largest_output_could_be_right_with_one_hidden_unit() -> None:
    trained = trainer(network__layers=[8, 1, 8])
    centres = np.arange(1, 9) / 10
    scale = 10.0
    params = np.concatenate([np.log(centres / (1 - centres)), [0.0], 2 * scale * centres, -scale * centres**2])
    state = TrainState(params, 0.0 * params)
    assert measured(trained, state).error_rate == 0.0


def corners(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> set[int]:
    """Return the points that some line cuts off from all others."""
    angles = np.linspace(0.0, 2.0 * np.pi, 3600, endpoint=False)
    return set(np.argmax(points @ np.stack([np.cos(angles), np.sin(angles)]), axis=0).tolist())
