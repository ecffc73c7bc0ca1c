"""Any Boolean function of up to five inputs, with all its cases.

Of n inputs there are 2^n cases and 2^(2^n) functions: 65 536 with four inputs. Every one of them can be represented by
a network with one hidden layer (lecture, "Expressive Capabilities of ANNs"; Mitchell 1997, p. 105).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.experiment import Record
from nlcore.theory.boolean_functions import MOST_INPUTS, truth_of
from nlcore.theory.threshold_intervals import FALSE_AND_TRUE, cases

Coding = Literal["zero_one", "minus_plus"]


class TruthTableOptions(Record, frozen=True):
    """Which function, and how false and true are written as numbers."""

    n: Annotated[int, Meta(ge=1, le=MOST_INPUTS, description="How many inputs the function has.")] = 3
    truth: Annotated[
        str,
        Meta(
            max_length=200,
            description="Its value for 0...00, 0...01, up to 1...11 as zeros and ones; or a name such as parity.",
        ),
    ] = "parity"
    coding: Annotated[Coding, Meta(description="False and true as 0 and 1, or as -1 and +1.")] = "zero_one"
    target_coding: Annotated[
        Coding | None, Meta(description="The same for the targets; as the inputs if left out.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse a table that is none, or has another number of cases."""
        truth_of(self.truth, self.n)


def load(options: TruthTableOptions) -> Data:
    """Return all cases as the training set; there is nothing to hold back for testing."""
    n, truth = options.n, truth_of(options.truth, options.n)
    code = FALSE_AND_TRUE[options.target_coding or options.coding]
    names = tuple("".join(f"{value:.0f}" for value in case) for case in cases(n).tolist())
    return Data(
        name="truth_table",
        source="built in",
        training=ExampleSet.of(cases(n, options.coding), [[code[value]] for value in truth], names),
        validation=no_examples(n, 1),
        test=no_examples(n, 1),
        input_names=tuple(f"x{i + 1}" for i in range(n)),
        output_names=("o",),
        class_names=("false", "true"),
        midpoint=sum(code) / 2,
    )


DATASET = Dataset(
    "truth_table",
    "Truth table",
    "Any Boolean function of up to five inputs: a name such as parity, or a zero or one for each case.",
    TruthTableOptions,
    load,
)
