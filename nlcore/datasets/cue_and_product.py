"""An easy cue, a product of two inputs that is hard to find, and inputs that have nothing to say.

The target is 0.5 + 0.4 (0.5 u + 0.5 a b): the cue u is learnt at once, the product ab of the two signs (XOR) only
with hidden units, and late. In between a network fits the distractors, so the validation error falls, rises, and falls
again. Made up for the lecture's figure "Underfitting in ANNs" (Mitchell 1997, figure 4.9, second task), whose own data
were not published.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _by_number
from nlcore.datasets._by_number import NumberOptions
from nlcore.records import FloatArray

STRENGTH = 0.4
"""How far the target goes from 0.5, noise left aside."""


class CueOptions(NumberOptions, frozen=True):
    """How many distractors, how many examples, how much noise."""

    n: Annotated[int, Meta(ge=1, le=100_000, description="Examples in the training set.")] = 100
    distractors: Annotated[int, Meta(ge=0, le=1000, description="Inputs that have nothing to say.")] = 20
    noise: Annotated[float, Meta(ge=0.0, le=1e6, description="Standard deviation of what is added to targets.")] = 0.05


def load(options: CueOptions) -> Data:
    """Draw cue, signs, distractors and targets."""

    def draw(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray]:
        cue, signs = rng.uniform(-1.0, 1.0, (n, 1)), rng.choice([-1.0, 1.0], (n, 2))
        nothing = 0.5 * rng.standard_normal((n, options.distractors))
        products = signs[:, :1] * signs[:, 1:]
        targets = 0.5 + STRENGTH * (0.5 * cue + 0.5 * products) + options.noise * rng.standard_normal((n, 1))
        return np.hstack((cue, signs, nothing)), targets

    notes = ["The target is 0.5 + 0.4 (0.5 u + 0.5 ab): half a cue u, half a product of the signs a and b."]
    if options.distractors:
        notes.append("The other inputs are noise: they say nothing of the target.")
    if options.noise:
        notes.append(f"Normal noise with standard deviation {options.noise:g} is added to the targets.")
    names = ("u", "a", "b", *(f"d{k + 1}" for k in range(options.distractors)))
    return _by_number.data("cue_and_product", options, draw, names, "y", tuple(notes))


DATASET = Dataset(
    "cue_and_product",
    "Cue and product",
    "An easy cue, a hard product, and distractors.",
    CueOptions,
    load,
)
