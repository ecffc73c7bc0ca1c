"""The Boolean functions of two inputs: four examples, and the smallest place where a single unit can fail.

A perceptron can represent AND, OR, NAND and NOR, but not XOR and XNOR, which no straight line separates (lecture,
"Decision Surface of a Perceptron"; Mitchell 1997, pp. 86-87).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.experiment import Record

Coding = Literal["zero_one", "minus_plus"]
CODES: dict[str, tuple[float, float]] = {"zero_one": (0.0, 1.0), "minus_plus": (-1.0, 1.0)}
CASES = ((0, 0), (0, 1), (1, 0), (1, 1))
TRUTH: dict[str, tuple[int, int, int, int]] = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "xnor": (1, 0, 0, 1),
}
"""Truth of each gate for the cases 00, 01, 10, 11."""


class LogicGateOptions(Record, frozen=True):
    """Which gate, and how false and true are written as numbers."""

    gate: Annotated[Literal["and", "or", "nand", "nor", "xor", "xnor"], Meta(description="The Boolean function.")] = (
        "xor"
    )
    coding: Annotated[Coding, Meta(description="False and true as 0 and 1, or as -1 and +1.")] = "zero_one"
    target_coding: Annotated[
        Coding | None, Meta(description="The same for the targets; as the inputs if left out.")
    ] = None


def load(options: LogicGateOptions) -> Data:
    """Return the four cases of a gate as the training set; there is nothing to hold back for testing."""
    code = CODES[options.coding]
    target_code = CODES[options.target_coding or options.coding]
    training = ExampleSet.of(
        [[code[a], code[b]] for a, b in CASES],
        [[target_code[truth]] for truth in TRUTH[options.gate]],
        tuple(f"{a} {options.gate.upper()} {b}" for a, b in CASES),
    )
    return Data(
        name="logic_gates",
        source="built in",
        training=training,
        validation=no_examples(2, 1),
        test=no_examples(2, 1),
        input_names=("x1", "x2"),
        output_names=("o",),
        class_names=("false", "true"),
        midpoint=sum(target_code) / 2,
    )


DATASET = Dataset(
    "logic_gates",
    "Logic gates",
    "AND, OR, NAND, NOR, XOR or XNOR of two inputs.",
    LogicGateOptions,
    load,
)
