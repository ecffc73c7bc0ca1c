"""Covering parts of pictures: the same outputs as for pictures that are really covered, at every place."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore import probes
from nlcore.errors import CancelledError
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.occlusion import covered_outputs, covers, fall, mean_fall
from nlcore.trainer import Trainer


def digits(layers: tuple[int, ...] = (64, 5, 10), activations: tuple[str, ...] = ("sigmoid", "sigmoid")) -> Trainer:
    return Trainer(
        Experiment.from_dict(
            {
                "seed": 3,
                "dataset": {"name": "digits", "n": 60},
                "network": {"layers": list(layers), "activations": list(activations)},
                "training": {"initializer": {"name": "uniform", "low": -1.0, "high": 1.0}},
            }
        )
    )


def model_of(trainer: Trainer) -> FeedforwardModel:
    assert isinstance(trainer.model, FeedforwardModel)
    return trainer.model


@pytest.mark.parametrize("side", [1, 3, 5, 17])
@pytest.mark.parametrize(
    ("layers", "activations"),
    [((64, 10), ("sigmoid",)), ((64, 5, 10), ("tanh", "softmax")), ((64, 4, 3, 10), ("relu", "sigmoid", "sigmoid"))],
)
def test_every_place_is_as_for_a_picture_that_is_covered(
    side: int, layers: tuple[int, ...], activations: tuple[str, ...]
) -> None:
    trainer = digits(layers, activations)
    model, params = model_of(trainer), trainer.initial_state().params
    example, fill = model.examples.training.inputs[7], np.linspace(0.0, 1.0, 64)
    found = covered_outputs(model, params, example, fill, side)
    assert found.shape == (8, 8, 10)
    for row in range(8):
        for column in range(8):
            mask = covers((8, 8), (row, column), side).ravel()
            wanted = probes.outputs(model, params, np.where(mask, fill, example)[None, :])[0]
            assert np.allclose(found[row, column], wanted, rtol=0.0, atol=1e-12)


def test_a_block_is_cut_at_the_border() -> None:
    assert covers((4, 5), (0, 0), 3).sum() == 4
    assert covers((4, 5), (1, 2), 3).sum() == 9
    assert covers((4, 5), (3, 2), 5).sum() == 3 * 5
    assert covers((4, 5), (2, 2), 99).all()


def test_the_mean_is_that_of_the_pictures() -> None:
    trainer = digits()
    model, params = model_of(trainer), trainer.initial_state().params
    inputs, fill, units = model.examples.training.inputs[:4], np.full(64, 0.3), [0, 3, 3, 9]
    single = [fall(model, params, x, k, fill, 3) for x, k in zip(inputs, units, strict=True)]
    assert np.allclose(mean_fall(model, params, inputs, units, fill, 3), np.mean(single, axis=0))
    turned = mean_fall(model, params, inputs, units, fill, 3, [1.0, -1.0, 1.0, 1.0])
    assert np.allclose(turned, (single[0] - single[1] + single[2] + single[3]) / 4)
    whole = probes.outputs(model, params, inputs[1:2])[0, 3]
    covered = np.where(covers((8, 8), (4, 4), 3).ravel(), fill, inputs[1])
    assert single[1][4, 4] == pytest.approx(whole - probes.outputs(model, params, covered[None, :])[0, 3])
    with pytest.raises(CancelledError):
        mean_fall(model, params, inputs, units, fill, 3, cancelled=lambda: True)
