"""How long a slice of the error surface takes: 200 x 200 values, the first answer and the final one.

Beside the milliseconds, which depend on the machine, stand ratios: how many times longer it takes to compute every one
of the 40 000 values by the same code (in single precision), and by one measurement of the whole network after another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from nlcore.error_slices import FINE, Slice, SliceWork
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.slice_losses import losses_over
from nlcore.slice_planes import Axes, loss_at, random_axes, weight_axes
from nlcore.trainer import Trainer
from tests.benchmarks.measuring import experiment_of, say

ROUNDS = 7
GOAL_MS = 40
HALF = 4.0
"""Half the width of the slice; the weights of a trained network are about as large."""


def vowels(n: int | None) -> Experiment:
    """Return the network 2-10-10 on vowels, with so many of them or all."""
    dataset = {"name": "vowels", "coding": "zero_one"} | ({} if n is None else {"n": n})
    return Experiment.from_dict(
        {
            "dataset": dataset,
            "network": {"layers": [2, 10, 10], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.1, "initializer": {"name": "uniform", "low": -0.5, "high": 0.5}},
        }
    )


def main() -> None:
    """Print the times of several networks and planes."""
    say(f"\nA slice of the error surface, {FINE} x {FINE} values (goal: a 2-10-10 network in {GOAL_MS} ms)")
    say(f"{'':34}{'first ms':>9}{'final ms':>9}{'all values ×':>14}{'one by one ×':>14}{'error':>9}")
    networks = {
        "vowels 2-10-10": vowels(150),
        "all vowels 2-10-10": vowels(None),
        "faces 960-3-4": experiment_of("faces"),
        "xor 2-3-1": experiment_of("xor"),
    }
    for name, experiment in networks.items():
        trainer = Trainer(experiment)
        model = trainer.model
        assert isinstance(model, FeedforwardModel)
        state = trainer.advance(trainer.initial_state(), 3000)
        hidden, output = model.layout.offsets[0], model.layout.offsets[1]
        start = trainer.initial_state().params
        planes = {
            "hidden unit": weight_axes(model, hidden, hidden + 1),
            "output unit": weight_axes(model, output, output + 1),
            "random": random_axes(start, 1),
        }
        for kind, axes in planes.items():
            say(_line(f"{name}, {model.epoch_length}, {kind}", model, axes, state.params))


def _line(name: str, model: FeedforwardModel, axes: Axes, params: FloatArray) -> str:
    plane = axes.through(params)
    u, v = axes.coordinates(params).tolist()
    ranges = (u - HALF, u + HALF), (v - HALF, v + HALF)

    def first() -> Slice:
        return SliceWork(model, plane, *ranges).step()

    def final() -> Slice:
        work = SliceWork(model, plane, *ranges)
        while not (found := work.step()).is_final:
            pass
        return found

    sides = [low + (np.arange(FINE) + 0.5) * (high - low) / FINE for low, high in ranges]
    points = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    losses = losses_over(model, plane)
    soon, whole = (_seconds(call) for call in (first, final))
    every = _seconds(lambda: losses.at(points, is_exact=False), 1)
    few = points[:: len(points) // 100]
    single = _seconds(lambda: [loss_at(model, plane.params_at(*at)) for at in few], 1) * len(points) / len(few)
    found = final()
    error = np.abs(losses.at(points, is_exact=True) - found.values.ravel()).max() / np.ptp(found.values)
    return (
        f"{name:34}{1000 * soon:9.1f}{1000 * whole:9.1f}{every / whole:14.1f}{single / whole:14.0f}{100 * error:8.3f} %"
    )


def _seconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return median(times)


if __name__ == "__main__":
    main()
