"""Boolean functions with all their cases: of two inputs, NOT of one, and "at least m of n inputs are true".

The smallest place where a single unit can fail: a perceptron can represent AND, OR, NAND, NOR, NOT and m-of-n, but not
XOR and XNOR, which no straight line separates (lecture, "Decision Surface of a Perceptron"; Mitchell 1997, pp. 86-87).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.experiment import Record
from nlcore.theory.threshold_intervals import cases, m_of_n

Coding = Literal["zero_one", "minus_plus"]
CODES: dict[str, tuple[float, float]] = {"zero_one": (0.0, 1.0), "minus_plus": (-1.0, 1.0)}
TRUTH: dict[str, tuple[int, int, int, int]] = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "xnor": (1, 0, 0, 1),
}
"""Truth of each gate of two inputs for the cases 00, 01, 10, 11."""


class LogicGateOptions(Record, frozen=True):
    """Which gate, and how false and true are written as numbers."""

    gate: Annotated[
        Literal["and", "or", "nand", "nor", "xor", "xnor", "not", "m_of_n"], Meta(description="The Boolean function.")
    ] = "xor"
    coding: Annotated[Coding, Meta(description="False and true as 0 and 1, or as -1 and +1.")] = "zero_one"
    target_coding: Annotated[
        Coding | None, Meta(description="The same for the targets; as the inputs if left out.")
    ] = None
    m: Annotated[int, Meta(ge=1, le=5, description="For m_of_n: how many inputs must be true at least.")] = 2
    n: Annotated[int, Meta(ge=2, le=5, description="For m_of_n: how many inputs there are.")] = 3

    def __post_init__(self) -> None:
        """Refuse more true inputs than there are."""
        if self.gate == "m_of_n" and self.m > self.n:
            raise ValueError(f"m ({self.m}) is more than the number of inputs n ({self.n})")

    @property
    def n_inputs(self) -> int:
        """How many inputs the function has."""
        return {"not": 1, "m_of_n": self.n}.get(self.gate, 2)

    @property
    def truth(self) -> tuple[int, ...]:
        """The function's value for all cases, in the order of `nlcore.theory.threshold_intervals.cases`."""
        if self.gate == "not":
            return (1, 0)
        return tuple(map(int, m_of_n(self.m, self.n))) if self.gate == "m_of_n" else TRUTH[self.gate]


def load(options: LogicGateOptions) -> Data:
    """Return all cases of a gate as the training set; there is nothing to hold back for testing."""
    n = options.n_inputs
    target_code = CODES[options.target_coding or options.coding]
    training = ExampleSet.of(
        cases(n, options.coding),
        [[target_code[truth]] for truth in options.truth],
        tuple(_name(options, [int(v) for v in case]) for case in cases(n).tolist()),
    )
    return Data(
        name="logic_gates",
        source="built in",
        training=training,
        validation=no_examples(n, 1),
        test=no_examples(n, 1),
        input_names=tuple(f"x{i + 1}" for i in range(n)),
        output_names=("o",),
        class_names=("false", "true"),
        midpoint=sum(target_code) / 2,
    )


def _name(options: LogicGateOptions, case: list[int]) -> str:
    if options.gate == "not":
        return f"NOT {case[0]}"
    if options.gate == "m_of_n":
        return f"{options.m} of {' '.join(map(str, case))}"
    return f"{case[0]} {options.gate.upper()} {case[1]}"


DATASET = Dataset(
    "logic_gates",
    "Logic gates",
    "AND, OR, NAND, NOR, XOR or XNOR of two inputs, NOT of one, or at least m of n.",
    LogicGateOptions,
    load,
)
