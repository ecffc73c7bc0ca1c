"""From a region to settings of an experiment: the network that is built for it, or one that learns it from points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlcore.experiment import Choice
from nlcore.records import FloatArray
from nlcore.theory.polygons import LIMIT
from nlcore.theory.regions import OWN, Plan, Region

MARGIN = 0.03
"""Points keep so far from the border where the region is wide enough."""
ASIDE = np.array([0.12357, -0.08713])
POINTS: Mapping[str, Any] = {"n": 400, "test_fraction": 0.5, "seed": 1}
LEARNING: Mapping[str, object] = {
    "training.rule": "backpropagation",
    "training.initializer": {"name": "uniform", "low": -1.0, "high": 1.0},
    "training.loss": "squared_error",
    "training.mode": "incremental",
    "training.order": "shuffled",
    "training.learning_rate": 0.1,
    "training.momentum": 0.9,
    "training.stop": {"epochs": 1000},
}
"""How a network learns a region."""
FREE: Mapping[str, object] = {"training.frozen": [], "training.tied": []}
"""Names of weights that another network need not have."""


@dataclass(frozen=True, slots=True)
class Learner:
    """A network that can be trained: what to call it, and its hidden layers; None for those of the built one."""

    title: str
    hidden: tuple[int, ...] | None


LEARNERS = (
    Learner("sigmoid, same layers", None),
    Learner("sigmoid, 2-1", ()),
    Learner("sigmoid, 2-4-1", (4,)),
    Learner("sigmoid, 2-12-1", (12,)),
    Learner("sigmoid, 2-12-4-1", (12, 4)),
)


def building(shown: Region, plan: Plan, dataset: Choice) -> dict[str, object]:
    """Return the settings of the built network, with points to check it."""
    named = _named(shown)
    n = len(plan.layers) - 1
    return {
        "network.layers": list(plan.layers),
        "network.activations": ["threshold"] * n,
        "dataset": _points(shown, dataset, "minus_plus"),
        "training.rule": "none",
        "training.initializer": {"name": "half_planes", **named},
        "training.loss": "squared_error",
        "training.stop": {"epochs": 1000},
        **FREE,
    }


def learning(shown: Region, plan: Plan, learner: Learner, dataset: Choice) -> dict[str, object]:
    """Return the settings of a network of sigmoid units that learns the region."""
    layers = plan.layers if learner.hidden is None else (2, *learner.hidden, 1)
    return {
        "network.layers": list(layers),
        "network.activations": ["sigmoid"] * (len(layers) - 1),
        "dataset": _points(shown, dataset, "zero_one"),
        **LEARNING,
        **FREE,
    }


def grid(n: int) -> FloatArray:
    """Return a place in each of n x n equal cells of the square, row by row from below, shape (n * n, 2).

    Not quite in the middle, so that no place lies on a side between corners that were drawn.
    """
    ticks = LIMIT * ((np.arange(n) + 0.5) / n * 2.0 - 1.0)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2) + ASIDE / n


def _named(shown: Region) -> dict[str, Any]:
    """Return how a region is written in an experiment."""
    if shown.name != OWN:
        return {"region": shown.name}
    written: dict[str, Any] = {"region": OWN, "polygons": [polygon.points.tolist() for polygon in shown.polygons]}
    if shown.holes:
        written["holes"] = [hole.points.tolist() for hole in shown.holes]
    return written


def _points(shown: Region, dataset: Choice, coding: str) -> dict[str, Any]:
    """Return a data set of the region, with as many points as the one there is, if it is of this kind."""
    given = dataset.options_dict() if dataset.name == "regions" else {}
    kept = {name: given[name] for name in (*POINTS, "validation_fraction", "split_seed") if name in given}
    points = grid(60)
    inside = shown.contains(points)
    away = shown.distances(points)
    has_room = inside.any() and not inside.all() and min(away[inside].max(), away[~inside].max()) > 2 * MARGIN
    margin = MARGIN if has_room else 0.0
    return {"name": "regions", **_named(shown), **POINTS, **kept, "margin": margin, "coding": coding}


def is_of(dataset: Choice, shown: Region) -> bool:
    """Tell whether a data set is made of the points of a region."""
    if dataset.name != "regions":
        return False
    given = dataset.options_dict()
    written = {name: given[name] for name in ("region", "polygons", "holes") if name in given}
    return {"region": "convex", **written} == _named(shown)
