"""The identity: patterns with a single 1, and the same patterns as targets; what an autoencoder is trained on.

With fewer hidden units than patterns the network has to find a code for them (Mitchell 1997, pp. 106-109: 8 x 3 x 8).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.datasets._coding import CODES, midpoint
from nlcore.experiment import Record


class IdentityOptions(Record, frozen=True):
    """How many patterns, and how the targets are written."""

    n: Annotated[int, Meta(ge=2, le=64, description="Patterns, and as many inputs and outputs.")] = 8
    coding: Annotated[
        Literal["zero_one", "tenth_nine_tenths"], Meta(description="Low and high targets: 0 and 1, or 0.1 and 0.9.")
    ] = "zero_one"


def load(options: IdentityOptions) -> Data:
    """Return all patterns as the training set; there is nothing to hold back for testing."""
    n = options.n
    low, high = CODES[options.coding]
    inputs = np.eye(n)
    return Data(
        name="identity",
        source="built in",
        training=ExampleSet.of(
            inputs, low + (high - low) * inputs, tuple("".join("01"[k == i] for k in range(n)) for i in range(n))
        ),
        validation=no_examples(n, n),
        test=no_examples(n, n),
        input_names=tuple(f"x{i + 1}" for i in range(n)),
        output_names=tuple(f"o{i + 1}" for i in range(n)),
        class_names=tuple(f"o{i + 1}" for i in range(n)),
        midpoint=midpoint(options.coding),
    )


DATASET = Dataset(
    "identity",
    "Identity",
    "Patterns with a single 1; the targets are the same patterns.",
    IdentityOptions,
    load,
)
