"""The kernel for single examples without the compiler agrees with the textbook loop, and cutting changes no bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlcore.activations import activation
from nlcore.kernels import reference, single
from nlcore.kernels.problem import Problem, Progress, StopRules, Stretch
from nlcore.losses import loss
from nlcore.network import Layout
from nlcore.records import Counters, FinishReason, read_only
from nlcore.rules import backpropagation, delta, perceptron

FORMS = {"lists": 10**9, "arrays": 0}
"""The largest number of parameters that is trained in lists, so that all networks take the form in question."""


@contextmanager
def form(name: str) -> Iterator[None]:
    """Train networks of every size in lists, or all in arrays."""
    with mock.patch.object(single, "FEW_PARAMS", FORMS[name]):
        yield


@st.composite
def problems(draw: st.DrawFn, rates: tuple[float, ...] = (0.0, 0.01, 0.05, 0.2)) -> tuple[Problem, Progress]:
    """Random networks, data, settings and starting points, with all stop rules."""
    is_perceptron = draw(st.booleans())
    n_layers = 2 if is_perceptron else draw(st.integers(2, 4))
    layers = tuple(draw(st.integers(1, 9)) for _ in range(n_layers))
    names = [draw(st.sampled_from(["sigmoid", "tanh", "linear", "relu"])) for _ in range(n_layers - 1)]
    if is_perceptron:
        names = ["threshold"]
    loss_name = "cross_entropy" if names[-1] == "sigmoid" and draw(st.booleans()) else "squared_error"
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = [draw(st.integers(1, 7)), *draw(st.sampled_from([[], [3], [2, 5]]))]
    low = -1.0 if is_perceptron else 0.0
    problem = Problem(
        layout=Layout(layers, tuple(activation(name) for name in names)),
        rule=perceptron.RULE if is_perceptron else backpropagation.RULE,
        loss=loss(loss_name),
        inputs=tuple(read_only(rng.uniform(-1, 1, (n, layers[0]))) for n in sizes),
        targets=tuple(read_only(rng.integers(0, 2, (n, layers[-1])) * (1.0 - low) + low) for n in sizes),
        midpoint=0.0 if is_perceptron else 0.5,
        learning_rate=draw(st.sampled_from(rates)),
        momentum=0.0 if is_perceptron else draw(st.sampled_from([0.0, 0.3, 0.9])),
        batch=1,
        mean=draw(st.booleans()),
        order=draw(st.integers(0, 2)),
        seed=draw(st.integers(0, 2**53)),
        every=draw(st.sampled_from([1, 3, sizes[0]])),
        stop=StopRules(
            epochs=draw(st.sampled_from([-1, 0, 2])),
            updates=draw(st.sampled_from([-1, 0, 5])),
            all_correct=draw(st.booleans()),
            loss_below=draw(st.sampled_from([np.nan, 0.3])),
            no_update=draw(st.booleans()),
        ),
    )
    every_epochs = draw(st.sampled_from([0, 1, 2]))
    if every_epochs:
        problem = replace(problem, every=0, every_epochs=every_epochs)
    start = rng.uniform(-1, 1, problem.layout.n_params)
    velocity = rng.uniform(-0.1, 0.1, len(start)) if problem.momentum else np.zeros(len(start))
    return problem, Progress(read_only(start), read_only(velocity), Counters(), 0)


def assert_near(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Equal to 1e-12 of the largest number, or of 1, the size of the targets from which outputs are subtracted."""
    assert np.max(np.abs(ours - theirs), initial=0.0) <= 1e-12 * np.max(np.abs(theirs), initial=1.0)


def assert_same_bits(ours: Progress, theirs: Progress) -> None:
    assert ours.counters == theirs.counters
    assert ours.updates_in_epoch == theirs.updates_in_epoch
    assert ours.params.tobytes() == theirs.params.tobytes()
    assert ours.velocity.tobytes() == theirs.velocity.tobytes()


def both(given_problem: tuple[Problem, Progress], n: int, **options: bool) -> tuple[Stretch, Stretch]:
    problem, start = given_problem
    assert single.can_run(problem)
    before = start.params.copy()
    ours = single.run(problem, start, n, **options)
    assert np.array_equal(start.params, before)
    return ours, reference.run(problem, start, n, **options)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 30), st.booleans(), st.booleans())
def test_it_agrees_with_the_reference(
    name: str, given_problem: tuple[Problem, Progress], n: int, measured: bool, stops: bool
) -> None:
    with form(name):
        ours, theirs = both(given_problem, n, measured=measured, stops=stops)
    assume(np.all(np.abs(theirs.end.params) < 10.0))  # where training diverges rounding grows without bound
    assert ours.end.counters == theirs.end.counters
    assert ours.end.updates_in_epoch == theirs.end.updates_in_epoch
    assert ours.reason == theirs.reason
    assert_near(ours.end.params, theirs.end.params)
    assert_near(ours.end.velocity, theirs.end.velocity)
    assert ours.rows.shape == theirs.rows.shape
    assert_near(ours.rows, theirs.rows)


@settings(max_examples=100, deadline=None)
@given(problems(rates=(0.0, 0.05, 1.0, 50.0)), st.integers(1, 60))
def test_lists_give_the_bits_of_the_reference(given_problem: tuple[Problem, Progress], n: int) -> None:
    with form("lists"):
        ours, theirs = both(given_problem, n, measured=False, stops=True)
    assert ours.end.counters == theirs.end.counters
    np.testing.assert_array_equal(ours.end.params, theirs.end.params)
    np.testing.assert_array_equal(ours.end.velocity, theirs.end.velocity)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=80, deadline=None)
@given(problems(rates=(0.05, 1.0, 50.0)), st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_any_cutting_gives_the_same_bits(name: str, given_problem: tuple[Problem, Progress], parts: list[int]) -> None:
    problem, start = given_problem
    with form(name):
        whole = single.run(problem, start, sum(parts), measured=False, stops=False)
        at, rows = start, []
        for part in parts:
            piece = single.run(problem, at, part, measured=True, stops=False)
            at = piece.end
            rows.append(piece.rows)
            if piece.reason is not None:
                break
        in_one = single.run(problem, start, sum(parts), measured=True, stops=False)
    assert_same_bits(at, whole.end)
    assert_same_bits(in_one.end, whole.end)
    assert np.concatenate(rows).tobytes() == in_one.rows.tobytes()


def example_problem(rule: Any = backpropagation.RULE, **changes: Any) -> Problem:
    rng = np.random.default_rng(3)
    layers, names = ((40, 3, 4), ("sigmoid", "sigmoid"))
    if rule is perceptron.RULE:
        layers, names = ((40, 3), ("threshold",))
    problem = Problem(
        layout=Layout(layers, tuple(activation(name) for name in names)), rule=rule, loss=loss("squared_error"),
        inputs=(read_only(rng.uniform(size=(6, 40))),),
        targets=(read_only(rng.integers(0, 2, (6, layers[-1])) * 2.0 - 1.0),), midpoint=0.0, learning_rate=0.1,
        momentum=0.0, batch=1, mean=False, order=0, seed=1, every=6, stop=StopRules(),
    )  # fmt: skip
    return replace(problem, **changes)


def start_of(problem: Problem) -> Progress:
    rng = np.random.default_rng(4)
    start = read_only(rng.uniform(-0.5, 0.5, problem.layout.n_params))
    return Progress(start, read_only(np.zeros_like(start)), Counters(), 0)


@pytest.mark.parametrize("name", FORMS)
def test_a_run_that_diverges_ends_with_its_epoch(name: str) -> None:
    layout = Layout((40, 3, 4), (activation("linear"), activation("linear")))
    problem = example_problem(layout=layout, learning_rate=1e300)
    with form(name):
        ours, theirs = both((problem, start_of(problem)), 100, measured=True, stops=True)
    assert ours.reason is FinishReason.DIVERGED
    assert theirs.reason is FinishReason.DIVERGED
    assert ours.end.counters == theirs.end.counters == Counters(6, 6, 1, 0)
    assert not np.all(np.isfinite(ours.end.params))


@pytest.mark.parametrize("name", FORMS)
def test_large_weights_are_not_taken_for_divergence(name: str) -> None:
    problem = example_problem(learning_rate=0.0)
    start = start_of(problem)
    huge = read_only(start.params * 1e200)  # finite, but its squares are not
    with form(name):
        stretch = single.run(problem, replace(start, params=huge), 13, measured=False, stops=False)
    assert stretch.reason is None
    assert stretch.end.params.tobytes() == huge.tobytes()


@pytest.mark.parametrize("name", FORMS)
def test_saturated_units_overflow_to_their_limits_silently(name: str) -> None:
    problem = example_problem(targets=(read_only(np.full((6, 4), 0.5)),))
    start = start_of(problem)
    steep = Progress(read_only(start.params * 1e5), start.velocity, start.counters, 0)
    with form(name):
        ours, theirs = both((problem, steep), 20, measured=True, stops=True)
    assert_near(ours.end.params, theirs.end.params)


def test_the_size_decides_the_form() -> None:
    small = example_problem(layout=Layout((2, 2, 1), (activation("tanh"), activation("tanh"))))
    small = replace(small, inputs=(small.inputs[0][:, :2],), targets=(small.targets[0][:, :1],))
    for problem, is_exact in ((small, True), (example_problem(), False)):
        ours, theirs = both((problem, start_of(problem)), 500, measured=False, stops=False)
        assert np.array_equal(ours.end.params, theirs.end.params) is is_exact


def test_many_examples_need_no_views() -> None:
    problem = example_problem()
    start = start_of(problem)
    usual = single.run(problem, start, 50, measured=False, stops=False)
    with mock.patch("nlcore.kernels.single_arrays.MOST_VIEWS", 0):
        other = single.run(replace(problem), start, 50, measured=False, stops=False)
    assert_same_bits(usual.end, other.end)


def test_what_is_returned_cannot_be_changed() -> None:
    problem = example_problem()
    stretch = single.run(problem, start_of(problem), 7, measured=True, stops=True)
    for array in (stretch.end.params, stretch.end.velocity, stretch.rows):
        assert not array.flags.writeable


def test_the_delta_rule_is_backpropagation_without_hidden_layers() -> None:
    layout = Layout((40, 4), (activation("linear"),))
    problem = example_problem(layout=layout, learning_rate=0.01)
    named = replace(problem, rule=delta.RULE)
    assert single.can_run(named)
    start = start_of(problem)
    ours = single.run(named, start, 30, measured=False, stops=False)
    assert_same_bits(ours.end, single.run(problem, start, 30, measured=False, stops=False).end)


class TestCanRun:
    def test_it_knows_both_rules(self) -> None:
        assert single.can_run(example_problem())
        assert single.can_run(example_problem(perceptron.RULE))

    def test_it_refuses_batches_and_other_rules(self) -> None:
        assert not single.can_run(example_problem(batch=2))
        assert not single.can_run(example_problem(rule=SimpleNamespace(name="none")))

    def test_it_refuses_settings_it_does_not_know(self) -> None:
        fields = {name: getattr(example_problem(), name) for name in ("layout", "rule", "loss", "batch")}
        assert single.can_run(SimpleNamespace(**fields, options=None))
        assert not single.can_run(SimpleNamespace(**fields, options=object()))

    def test_it_refuses_units_and_losses_it_does_not_know(self) -> None:
        unknown = SimpleNamespace(name="softmax", code=5)
        layout = SimpleNamespace(activations=(activation("sigmoid"), unknown))
        assert not single.can_run(example_problem(layout=layout))
        assert not single.can_run(example_problem(loss=SimpleNamespace(name="categorical_cross_entropy", code=2)))
        of_linear_units = Layout((40, 3, 4), (activation("sigmoid"), activation("linear")))
        assert not single.can_run(example_problem(layout=of_linear_units, loss=loss("cross_entropy")))
        assert single.can_run(example_problem(loss=loss("cross_entropy")))
