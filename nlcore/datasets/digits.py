"""1797 handwritten digits of 8 x 8 pixels, as small a set of real images as there is.

A grey value from 0 to 16 counts the black ones among 4 x 4 pixels of the scanned image; 13 people wrote them. Source:
E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits" (test part), UCI Machine Learning Repository, 1998,
CC BY 4.0; see DIGITS-LICENSE.txt beside the table.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data, Dataset, _classified, _shipped, _split
from nlcore.datasets._classified import Classified, pixel_names
from nlcore.datasets._coding import Coding
from nlcore.datasets._shipped import Number
from nlcore.datasets._split import SplitOptions
from nlcore.records import read_only

SHAPE: Final = (8, 8)
LARGEST: Final = 16.0
ATTRIBUTION: Final = "Digits: E. Alpaydin, C. Kaynak, UCI Machine Learning Repository, 1998, CC BY 4.0."
Digit = Annotated[int, Meta(ge=0, le=9)]


class DigitOptions(SplitOptions, frozen=True):
    """Which digits, how they are coded and divided."""

    digits: Annotated[
        tuple[Digit, ...], Meta(min_length=2, max_length=10, description="Which digits are to be told apart.")
    ] = tuple(range(10))
    coding: Coding = "zero_one"
    n: Number = None
    validation_fraction: _split.ValidationFraction = 0.15
    test_fraction: _split.TestFraction = 0.25
    standardise: Annotated[bool, Meta(description="Standardise each pixel by the training set.")] = False

    def __post_init__(self) -> None:
        """Refuse a digit that is named twice."""
        super().__post_init__()
        if len(set(self.digits)) < len(self.digits):
            raise ValueError("digits names a digit twice")


@cache
def images() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return all images, shape (1797, 64), grey values 0 to 16, and the digits they show; read-only."""
    lines = _shipped.text("digits.csv.gz").splitlines()[1:]
    table = np.array([line.split(",") for line in lines]).astype(np.int64)
    labels = table[:, 0].copy()
    labels.setflags(write=False)
    return read_only(table[:, 1:].astype(np.float64)), labels


def load(options: DigitOptions) -> Data:
    """Return the chosen digits, one output each; two digits need only one output."""
    pixels, labels = images()
    chosen = np.flatnonzero(np.isin(labels, options.digits))
    chosen = chosen[_split.some(len(chosen), options.n, options.split_seed)]
    classes = np.argmax(labels[chosen][:, None] == np.array(options.digits), axis=1).astype(np.int64)
    examples = Classified(
        inputs=pixels[chosen] / LARGEST,
        classes=classes,
        names=[f"{labels[i]} (image {i + 1})" for i in chosen.tolist()],
        input_names=pixel_names(SHAPE),
        class_names=tuple(str(digit) for digit in options.digits),
        what="images",
        image_shape=SHAPE,
    )
    return _classified.data(
        "digits",
        "uci",
        examples,
        options,
        options.coding,
        standardise=options.standardise,
        notes=(f"Grey values from 0 to {LARGEST:g} were divided by {LARGEST:g}.",),
        attribution=ATTRIBUTION,
    )


DATASET = Dataset("digits", "Digits", "1797 handwritten digits, 8 x 8 pixels.", DigitOptions, load)
