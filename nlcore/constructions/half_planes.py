"""A network built from a region of the plane: half-planes, AND for each convex piece, OR for all of them.

With threshold units it is exact. With sigmoid or tanh units all weights are multiplied by a steepness, which makes the
steps soft, so that training can go on from there.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.constructions import Examples, Initializer
from nlcore.errors import ExperimentError
from nlcore.experiment import Record
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.theory.regions import Holes, Kind, Plan, Polygons, region

NOES = {"threshold": -1.0, "tanh": -1.0, "sigmoid": 0.0}
"""What a unit of each kind puts out for no; for yes it is 1."""
WHERE = "training.initializer"


class HalfPlanesOptions(Record, frozen=True):
    """From a region of the plane: half-planes, AND for each convex piece, OR for all of them."""

    region: Kind = "convex"
    polygons: Polygons = ()
    holes: Holes = ()
    steepness: Annotated[
        float,
        Meta(gt=0.0, le=1000.0, description="Multiplies the weights of sigmoid and tanh units: larger is sharper."),
    ] = 30.0


def fill(options: HalfPlanesOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Set the weights of the plan that has the network's layers."""
    del seed, examples
    plans = region(options.region, options.polygons, options.holes, WHERE).plans
    plan = next((plan for plan in plans if plan.layers == layout.layers), None)
    if plan is None:
        fits = " or ".join(str(list(plan.layers)) for plan in plans)
        raise ExperimentError(
            f"{WHERE}: half_planes needs network.layers = {fits} for this region, not {list(layout.layers)}"
        )
    return params_of(plan, layout, options.steepness)


def params_of(plan: Plan, layout: Layout, steepness: float) -> FloatArray:
    """Return the parameters of a network whose layers are those of a plan.

    Parameters
    ----------
    plan : Plan
        What the units do.
    layout : Layout
        Its activations decide what yes and no are.
    steepness : float
        For sigmoid and tanh units.

    Raises
    ------
    ExperimentError
        If a unit can neither be on nor off.
    """
    params = np.zeros(layout.n_params)
    no = None  # of the layer before; the inputs are no answers
    for layer, (weights, biases) in enumerate(plan.logic()):
        kind = layout.activations[layer].name
        if kind not in NOES:
            raise ExperimentError(f"{WHERE}: half_planes fits threshold, sigmoid and tanh units, not {kind}")
        if no == -1.0:  # (o + 1) / 2 is 1 for yes and 0 for no; everything is doubled, so that weights stay whole
            biases = 2.0 * biases + weights.sum(axis=1)
        scale = 1.0 if kind == "threshold" else steepness
        layout.block(params, f"weights[{layer}]")[...] = scale * weights
        layout.block(params, f"biases[{layer}]")[...] = scale * biases
        no = NOES[kind]
    return params


INITIALIZER = Initializer(HalfPlanesOptions, fill)
