"""Loading a data set by name, and training a network on it, for the tests of this folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

import assets
from nlcore import datasets, discovery
from nlcore.datasets import Data
from nlcore.experiment import Choice, Experiment
from nlcore.records import Metrics
from nlcore.trainer import Trainer


def loaded(name: str, **options: object) -> Data:
    data = datasets.load(Choice.parse({"name": name, **options}))
    assert data is not None
    check(data)
    return data


def check(data: Data) -> None:
    """What holds for every data set."""
    assert data.name in discovery.names("nlcore.datasets")
    assert len(data.training)
    assert len(data.input_names) == data.n_inputs
    assert len(data.output_names) == data.n_outputs
    assert len(set(data.input_names)) == data.n_inputs
    if data.class_names is not None:
        assert len(data.class_names) == (2 if data.n_outputs == 1 else data.n_outputs)
    if data.image_shape is not None:
        assert data.image_shape[0] * data.image_shape[1] == data.n_inputs
    names = [name for examples in data.sets.values() for name in examples.names]
    assert len(set(names)) == len(names), "the sets are disjoint"
    for examples in data.sets.values():
        assert examples.inputs.shape == (len(examples), data.n_inputs)
        assert examples.targets.shape == (len(examples), data.n_outputs)
        assert not examples.inputs.flags.writeable
    for note in (*data.notes, data.attribution):
        assert not note or (note[0] == note[0].upper() and note.endswith("."))


def same(one: Data, other: Data) -> bool:
    return all(
        np.array_equal(a.inputs, b.inputs) and np.array_equal(a.targets, b.targets) and a.names == b.names
        for a, b in zip(one.sets.values(), other.sets.values(), strict=True)
    )


def sizes(data: Data) -> tuple[int, ...]:
    return tuple(map(len, data.sets.values()))


def after(
    dataset: dict[str, object], layers: Sequence[int], activations: Sequence[str], epochs: int, **training: object
) -> dict[str, Metrics | None]:
    """Train for some epochs; return the measures of all sets."""
    settings = {"mode": "mini_batch", "batch_size": 10, "gradient": "mean", "order": "shuffled", "learning_rate": 1.0}
    trainer = Trainer(
        Experiment.from_dict(
            {
                "dataset": dataset,
                "network": {"layers": list(layers), "activations": list(activations)},
                "training": {**settings, **training},
            }
        )
    )
    start = trainer.initial_state()
    measured = trainer.evaluate(trainer.advance(start, epochs * trainer.model.epoch_length))
    return {str(name): metrics for name, metrics in measured.items()}


def accuracy(measured: dict[str, Metrics | None], name: str = "training") -> float:
    metrics = measured[name]
    assert metrics is not None
    assert metrics.accuracy is not None
    return metrics.accuracy


def mse(measured: dict[str, Metrics | None], name: str = "training") -> float:
    metrics = measured[name]
    assert metrics is not None
    assert metrics.mse is not None
    return metrics.mse


def checksum(name: str) -> str:
    return hashlib.sha256(assets.path(f"data/{name}").read_bytes()).hexdigest()
