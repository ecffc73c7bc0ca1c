"""Learning-rate schedules by hand, and that they count updates, not presentations."""

from __future__ import annotations

import math
from typing import Any

import pytest

from nlcore.errors import ExperimentError
from nlcore.experiment import Choice
from nlcore.schedules import schedule
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

# The learning rate is 0.5. All rates here are exact: halves of halves.
HAND: list[tuple[dict[str, Any], dict[int, float]]] = [
    ({"name": "constant"}, {0: 0.5, 1: 0.5, 1000: 0.5}),
    # eta / (1 + u / 4): half after 4 updates, a third after 8, a quarter after 12
    ({"name": "inverse", "half_after": 4}, {0: 0.5, 4: 0.25, 12: 0.125, 28: 0.0625}),
    # times 1/2 after every 3 updates
    ({"name": "step", "every": 3, "factor": 0.5}, {0: 0.5, 2: 0.5, 3: 0.25, 5: 0.25, 6: 0.125, 9: 0.0625}),
    # times 1/4 over 2 updates, so 1/2 at each
    ({"name": "exponential", "every": 2, "factor": 0.25}, {0: 0.5, 1: 0.25, 2: 0.125, 3: 0.0625}),
]


@pytest.mark.parametrize(("choice", "rates"), HAND, ids=[choice["name"] for choice, _ in HAND])
def test_rates_by_hand(choice: dict[str, Any], rates: dict[int, float]) -> None:
    found = schedule(Choice.parse(choice))
    assert {updates: found.rate(0.5, updates) for updates in rates} == rates


def test_rates_in_between() -> None:
    """A third after twice as many updates; half of the way through a halving it is down to 1 / sqrt 2."""
    inverse = schedule(Choice.parse({"name": "inverse", "half_after": 10}))
    assert inverse.rate(0.6, 20) == pytest.approx(0.2, rel=1e-15)
    exponential = schedule(Choice.parse({"name": "exponential", "every": 10, "factor": 0.5}))
    assert exponential.rate(1.0, 5) == pytest.approx(1 / math.sqrt(2), rel=1e-15)


@pytest.mark.parametrize("mode", ["incremental", "mini_batch", "batch"])
@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
@pytest.mark.parametrize(("choice", "rates"), HAND, ids=[choice["name"] for choice, _ in HAND])
def test_an_update_uses_the_rate_of_its_number(
    choice: dict[str, Any], rates: dict[int, float], kernel: str, mode: str
) -> None:
    """The update after u others is, bit for bit, that of a run with the hand-worked rate.

    An update takes one example, up to 3, or all 4: so the same number of updates is another number of presentations.
    """
    if kernel == "strict" and mode != "incremental":
        kernel = "vectorized"  # batches have one kernel only
    common: dict[str, Any] = {"training__mode": mode, "training__batch_size": 3, "training__momentum": 0.0}
    common["training__clip_norm"] = 1e9  # never reached; both runs take the loop with all options
    trainer = Trainer(xor(training__schedule=choice, **common), kernel=kernel)
    state = trainer.initial_state()
    seen = {}
    for updates in range(13):
        n = trainer.presentations_to(state, "update")
        after = trainer.advance(state, n)
        assert after.counters.updates == updates + 1
        if updates in rates:
            constant = Trainer(xor(training__learning_rate=rates[updates], **common), kernel=kernel)
            assert after.params.tobytes() == constant.advance(state, n).params.tobytes()
            assert after.params.tobytes() != state.params.tobytes()
            seen[updates] = state.counters.presentations
        state = after
    per_update = {"incremental": {0: 0, 3: 3, 4: 4}, "mini_batch": {0: 0, 3: 7, 4: 8}, "batch": {0: 0, 3: 12, 4: 16}}
    assert seen.items() >= {(u, p) for u, p in per_update[mode].items() if u in seen}
    assert len(seen) > 1


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
def test_an_example_the_perceptron_gets_right_does_not_lower_its_rate(kernel: str) -> None:
    """AND from zero weights: the 1st and the 4th example are wrong, the 2nd and the 3rd right.

    (0, 0) gives w0 = -1 at rate 1. At (1, 1) there was one update before, so the rate is 1 / 2: w = (0.5, 0.5, -0.5).
    """
    experiment = gate("and", training__schedule={"name": "inverse", "half_after": 1})
    trainer = Trainer(experiment, kernel=kernel)
    state = trainer.advance(trainer.initial_state(), 4)
    assert state.counters.updates == 2
    assert state.params.tolist() == [0.5, 0.5, -0.5]


def test_momentum_repeats_the_change_that_was_made() -> None:
    """The last change is carried over as it was, at its own rate; only the new part has the new rate."""
    choice = {"name": "step", "every": 1, "factor": 0.5}
    trainer = Trainer(xor(training__schedule=choice, training__momentum=0.9), kernel="vectorized")
    first = trainer.advance(trainer.initial_state(), 1)
    second = trainer.advance(first, 1)
    plain = Trainer(xor(training__learning_rate=0.25, training__momentum=0.0), kernel="vectorized")
    step = plain.advance(first, 1).velocity
    assert second.velocity == pytest.approx(step + 0.9 * first.velocity, rel=1e-12)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("steps", "training.schedule: unknown schedule 'steps'; did you mean 'step'?"),
        ({"name": "constant", "every": 3}, "training.schedule: unknown field 'every'"),
        ({"name": "inverse", "half_after": 0}, "training.schedule.half_after: expected a number >= 1.0, not 0"),
        ({"name": "step", "every": -1}, "training.schedule.every: expected a number >= 1.0, not -1"),
        ({"name": "step", "factor": 0}, "training.schedule.factor: expected a number > 0.0, not 0"),
        ({"name": "exponential", "factor": 1.01}, "training.schedule.factor: expected a number <= 1.0, not 1.01"),
    ],
)
def test_what_is_no_schedule_is_refused(choice: Any, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        Trainer(xor(training__schedule=choice))
    assert str(caught.value).startswith(message)
