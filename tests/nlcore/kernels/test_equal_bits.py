"""The compiled loop gives the bits of the textbook loop, and matrix products agree to rounding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlcore import kernels
from nlcore.activations import activation
from nlcore.kernels import reference, vectorized
from nlcore.kernels.problem import Problem, Progress, StopRules
from nlcore.losses import loss
from nlcore.network import Layout
from nlcore.records import Counters, read_only
from nlcore.regularizers import Options
from nlcore.rules import Units, backpropagation, perceptron
from nlcore.schedules import Schedule

needs_compiler = pytest.mark.skipif(not kernels.has_compiler(), reason="numba is not installed")


@st.composite
def some_options(draw: st.DrawFn, layout: Layout, is_perceptron: bool) -> Options:
    """Random settings beyond learning rate and momentum; for the perceptron rule only those it has."""
    zero_or = lambda *values: st.sampled_from([0.0, *values])  # noqa: E731
    places = draw(st.permutations(range(layout.n_params)))
    n_tied = 0 if is_perceptron else draw(st.sampled_from([0, 0, min(4, layout.n_params)]))
    n_frozen = draw(st.sampled_from([0, 0, 1, len(places) // 3]))
    frozen = np.zeros(layout.n_params, dtype=np.bool_)
    frozen[places[n_tied : n_tied + n_frozen]] = True
    return Options(
        schedule=Schedule(draw(st.integers(0, 3)), draw(st.sampled_from([1.0, 2.5, 7.0])), draw(st.floats(0.1, 1.0))),
        penalty=0.0 if is_perceptron else draw(zero_or(0.01, 0.7)),
        penalty_biases=draw(st.booleans()),
        keep=1.0 if is_perceptron else 1.0 - draw(zero_or(0.001, 0.3)),
        clip_norm=math.inf if is_perceptron else draw(st.sampled_from([math.inf, 0.05, 1.0])),
        drop_hidden=0.0 if is_perceptron else draw(zero_or(0.2, 0.7)),
        drop_inputs=0.0 if is_perceptron else draw(zero_or(0.3)),
        frozen=frozen,
        tied=np.array(places[:n_tied], dtype=np.int64),
        tied_bounds=np.array([0, n_tied // 2, n_tied] if n_tied > 1 else [0], dtype=np.int64),
    )


@st.composite
def problems(draw: st.DrawFn, batches: bool = False) -> tuple[Problem, Progress]:
    """Random networks, data, settings and starting points."""
    is_perceptron = not batches and draw(st.booleans())
    n_layers = 2 if is_perceptron else draw(st.integers(2, 4))
    layers = tuple(draw(st.integers(1, 9)) for _ in range(n_layers))
    smooth = st.sampled_from(["sigmoid", "tanh", "linear", "relu", "softmax"])
    names = ["threshold"] if is_perceptron else [draw(smooth) for _ in range(n_layers - 1)]
    loss_name = "squared_error"
    if names[-1] in ("sigmoid", "softmax"):
        loss_name = draw(st.sampled_from(["squared_error", "cross_entropy", "categorical_cross_entropy"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = [draw(st.integers(1, 7)), *draw(st.sampled_from([[], [3], [2, 5]]))]
    signs = is_perceptron or (loss_name == "squared_error" and draw(st.booleans()))
    targets = [rng.integers(0, 2, (n, layers[-1])) * (2.0 if signs else 1.0) - (1.0 if signs else 0.0) for n in sizes]
    layout = Layout(layers, tuple(activation(name) for name in names))
    problem = Problem(
        layout=layout,
        rule=perceptron.RULE if is_perceptron else backpropagation.RULE,
        loss=loss(loss_name),
        inputs=tuple(read_only(rng.normal(size=(n, layers[0]))) for n in sizes),
        targets=tuple(read_only(t) for t in targets),
        midpoint=0.0 if signs else 0.5,
        learning_rate=draw(st.sampled_from([0.0, 0.05, 0.3, 1.0, 50.0])),
        momentum=0.0 if is_perceptron else draw(st.sampled_from([0.0, 0.3, 0.9])),
        batch=draw(st.integers(1, sizes[0])) if batches else 1,
        mean=draw(st.booleans()),
        order=draw(st.integers(0, 2)),
        seed=draw(st.integers(0, 2**53)),
        every=draw(st.sampled_from([1, 3])),
        every_epochs=draw(st.integers(0, 2)),
        options=draw(st.none() | st.just(draw(some_options(layout, is_perceptron)))),
        stop=StopRules(updates=draw(st.sampled_from([-1, 5])), all_correct=draw(st.booleans())),
    )
    start = rng.uniform(-1, 1, layout.n_params)
    at = draw(st.sampled_from([Counters(), Counters(41, 3, 2), Counters(10**9, 10**8, 7)]))  # epochs may have been cut
    return problem, Progress(read_only(start), read_only(np.zeros_like(start)), at, 0)


def same(a: Progress, b: Progress) -> None:
    assert a.counters == b.counters
    assert a.updates_in_epoch == b.updates_in_epoch
    assert a.params.tobytes() == b.params.tobytes()
    assert a.velocity.tobytes() == b.velocity.tobytes()


@needs_compiler
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(), st.integers(1, 60), st.booleans(), st.booleans())
def test_compiled_equals_reference(given_problem: Any, n: int, measured: bool, stops: bool) -> None:
    from nlcore.kernels.compiled import strict

    problem, start = given_problem
    ours = reference.run(problem, start, n, measured=measured, stops=stops)
    theirs = strict.run(problem, start, n, measured=measured, stops=stops)
    same(ours.end, theirs.end)
    assert ours.reason == theirs.reason
    assert ours.rows.shape == theirs.rows.shape
    np.testing.assert_array_equal(ours.rows, theirs.rows)


@needs_compiler
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_a_measurement_alone_is_that_of_training(given_problem: Any) -> None:
    """Compiled, in the textbook loop, and on the way: one measure to the last bit."""
    from nlcore.kernels.compiled import strict

    problem, start = given_problem
    on_the_way = reference.run(problem, start, 2 * problem.n, measured=True, stops=False)
    if len(on_the_way.rows) and on_the_way.rows[-1, 0] == on_the_way.end.counters.presentations:
        end = on_the_way.end
        np.testing.assert_array_equal(strict.measure(problem, end.params, end.counters), on_the_way.rows[-1])
    ours = kernels.measure("strict", problem, start.params, start.counters)
    np.testing.assert_array_equal(strict.measure(problem, start.params, start.counters), ours)
    np.testing.assert_array_equal(
        reference.measure(problem, Units.of(problem.layout, start.params, start.params), start.counters), ours
    )


@settings(max_examples=60, deadline=None)
@given(problems(), st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_any_chunking_gives_the_same_bits(given_problem: Any, parts: list[int]) -> None:
    problem, start = given_problem
    whole = reference.run(problem, start, sum(parts), measured=False, stops=False)
    at = start
    for part in parts:
        at = reference.run(problem, at, part, measured=False, stops=False).end
    if whole.reason is None:
        same(whole.end, at)


@settings(max_examples=60, deadline=None)
@given(problems(batches=True), st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_batches_may_be_cut_anywhere(given_problem: Any, parts: list[int]) -> None:
    problem, start = given_problem
    whole = vectorized.run(problem, start, sum(parts), measured=False, stops=False)
    at = start
    for part in parts:
        at = vectorized.run(problem, at, part, measured=True, stops=False).end
    if whole.reason is None:
        same(whole.end, at)


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(1, 12))
def test_vectorized_agrees_with_the_reference(given_problem: Any, n: int) -> None:
    """Update by update from the same state: over many updates rounding grows as training itself makes it grow."""
    problem, at = given_problem
    for _ in range(n):
        ours = reference.run(problem, at, 1, measured=True, stops=False)
        theirs = vectorized.run(problem, at, 1, measured=True, stops=False)
        assert ours.end.counters == theirs.end.counters
        if not np.abs(ours.end.params).max() < 1e6:
            return  # it diverges: where the one has inf, the other may have nan
        scale = max(1.0, np.abs(at.params).max(), np.abs(ours.end.params).max())
        np.testing.assert_allclose(theirs.end.params, ours.end.params, rtol=1e-12, atol=1e-12 * scale)
        np.testing.assert_allclose(theirs.end.velocity, ours.end.velocity, rtol=1e-12, atol=1e-12 * scale)
        assert ours.rows.shape == theirs.rows.shape
        np.testing.assert_allclose(theirs.rows[:, :3], ours.rows[:, :3])
        np.testing.assert_allclose(theirs.rows[:, 3:5], ours.rows[:, 3:5], rtol=1e-9)
        at = ours.end


def test_a_batch_is_the_sum_of_its_examples_from_the_same_weights() -> None:
    rng = np.random.default_rng(1)
    layout = Layout((3, 4, 2), (activation("tanh"), activation("sigmoid")))
    inputs, targets = read_only(rng.normal(size=(5, 3))), read_only(rng.uniform(size=(5, 2)))
    settings_: dict[str, Any] = {
        "layout": layout,
        "rule": backpropagation.RULE,
        "loss": loss("squared_error"),
        "midpoint": 0.5,
        "learning_rate": 0.7,
        "momentum": 0.0,
        "mean": False,
        "order": 0,
        "seed": 1,
        "every": 1,
        "stop": StopRules(),
    }
    start = Progress(read_only(rng.normal(size=layout.n_params)), read_only(np.zeros(layout.n_params)), Counters(), 0)
    batch = Problem(inputs=(inputs,), targets=(targets,), batch=5, **settings_)
    whole = vectorized.run(batch, start, 5, measured=False, stops=False).end.params - start.params
    total = np.zeros_like(whole)
    for i in range(5):
        one = Problem(inputs=(inputs[i : i + 1],), targets=(targets[i : i + 1],), batch=1, **settings_)
        total += reference.run(one, start, 1, measured=False, stops=False).end.params - start.params
    np.testing.assert_allclose(whole, total, rtol=1e-12, atol=1e-15)


@needs_compiler
def test_the_kernel_can_be_swapped_in_the_middle() -> None:
    from nlcore.trainer import Trainer
    from tests.nlcore.examples import xor

    trainer = Trainer(xor(training__order="shuffled"))
    problem = trainer.model.problem  # type: ignore[attr-defined]
    kernels.prepare()
    state = trainer.initial_state()
    start = Progress(state.params, state.velocity, state.counters, 0)
    half = reference.run(problem, start, 501, measured=False, stops=False).end
    swapped = kernels.run("strict", problem, half, 499, measured=False, stops=False).end
    same(swapped, reference.run(problem, start, 1000, measured=False, stops=False).end)
