"""How long it takes to explain one presentation of a face network: its trace, and the walk through it."""

from __future__ import annotations

import statistics
import time

from nlcore.experiment import Experiment
from nlcore.explanations import Focus, walk
from nlcore.trainer import Trainer
from tests.benchmarks.measuring import say

GOAL_MILLISECONDS = 50.0
TIMES = 15
SETTINGS = {
    "plain": {"momentum": 0.3},
    "penalty, clipping": {"momentum": 0.3, "penalty": {"strength": 0.01}, "clip_norm": 1.0},
    "dropout": {"dropout": {"inputs": 0.1, "hidden": 0.3}},
    "one tied group": {"tied": [["weights[0]"]]},
    "whole batch": {"mode": "batch"},
}


def milliseconds(trainer: Trainer, presentations: int) -> float:
    """Return the median time of a trace and a walk."""
    state = trainer.advance(trainer.initial_state(), presentations)
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        walk(trainer.model, state, trainer.trace(state), Focus(weight=(0, 1, 500)))
        found.append(1000.0 * (time.perf_counter() - began))
    return statistics.median(found)


def main() -> None:
    """Print a line for each kind of update."""
    say(f"\nTrace and walk of a 960 x 3 x 4 presentation (goal: {GOAL_MILLISECONDS:g} ms)")
    for name, training in SETTINGS.items():
        experiment = Experiment.from_dict(
            {
                "dataset": {"name": "faces"},
                "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
                "training": {"learning_rate": 0.3, **training},
            }
        )
        trainer = Trainer(experiment)
        last = trainer.model.epoch_length - 1 if training.get("mode") == "batch" else 10
        say(f"{name:20} {milliseconds(trainer, last):6.1f} ms")
