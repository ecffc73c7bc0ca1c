"""Batch against incremental: the gap after an epoch, by hand and as a power of the learning rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.errors import CancelledError, ExperimentError
from nlcore.experiment import Experiment
from nlcore.mode_gap import mode_gaps, order_of
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def two_points(**training: Any) -> Trainer:
    return Trainer(
        Experiment.from_dict(
            {
                "dataset": {"name": "by_hand", "inputs": [[1.0], [2.0]], "targets": [[1.0], [3.0]], "kind": "numbers"},
                "network": {"layers": [1, 1], "activations": ["linear"]},
                "training": {"rule": "delta", "initializer": "zero", **training},
            }
        )
    )


def test_by_hand() -> None:
    """From w0 = w1 = 0 with rate 0.1 the batch adds 0.1 (1 + 3) = 0.4 to w0 and 0.1 (1 + 6) = 0.7 to w1.

    Incremental: the first example gives w = (0.1, 0.1); for the second o = 0.3, so 0.1 * 2.7 = 0.27 and 0.54 more:
    (0.37, 0.64). The gap is (0.03, 0.06).
    """
    trainer = two_points()
    (gap,) = mode_gaps(trainer, trainer.initial_state().params, [0.1])
    assert gap.distance == pytest.approx(np.hypot(0.03, 0.06), rel=1e-12)
    assert gap.way == pytest.approx(np.hypot(0.4, 0.7), rel=1e-12)
    assert gap.loss_before == pytest.approx(0.5 * (1 + 9))
    assert gap.loss_batch == pytest.approx(0.5 * ((1 - 1.1) ** 2 + (3 - 1.8) ** 2))
    assert gap.loss_incremental == pytest.approx(0.5 * ((1 - 1.01) ** 2 + (3 - 1.65) ** 2))


@pytest.mark.parametrize("trainer", [two_points(), Trainer(xor())], ids=["linear unit", "network"])
def test_half_the_rate_leaves_a_quarter_of_the_gap(trainer: Trainer) -> None:
    rates = [0.1 * 0.5**k for k in range(10)]
    gaps = mode_gaps(trainer, trainer.initial_state().params, rates)
    assert order_of(gaps) == pytest.approx(2.0, abs=0.02)
    assert gaps[-2].distance / gaps[-1].distance == pytest.approx(4.0, abs=0.05)


def test_momentum_and_the_like_of_the_experiment_do_not_count() -> None:
    plain, other = two_points(), two_points(momentum=0.9, weight_decay=0.1, order="shuffled", gradient="mean")
    start = plain.initial_state().params
    assert mode_gaps(plain, start, [0.1]) == mode_gaps(other, start, [0.1])


def test_one_example_has_no_gap_and_so_no_order() -> None:
    trainer = Trainer(
        Experiment.from_dict(
            {
                "dataset": {"name": "by_hand"},
                "network": {"layers": [1, 1], "activations": ["sigmoid"]},
                "training": {"initializer": "zero"},
            }
        )
    )
    gaps = mode_gaps(trainer, trainer.initial_state().params, [0.5, 0.25])
    assert [gap.distance for gap in gaps] == pytest.approx([0.0, 0.0], abs=1e-15)
    assert order_of(gaps[:0]) is None


def test_without_a_gradient_or_when_cancelled_it_says_so() -> None:
    perceptron = Trainer(gate("and"))
    with pytest.raises(ExperimentError, match="follows no gradient"):
        mode_gaps(perceptron, perceptron.initial_state().params, [0.1])
    with pytest.raises(CancelledError):
        mode_gaps(two_points(), two_points().initial_state().params, [0.1], lambda: True)
