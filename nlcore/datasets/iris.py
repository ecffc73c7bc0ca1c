"""Fisher's irises: sepals and petals of 150 flowers of three species; one species stands apart, two overlap.

Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936), 179-188,
with the values as in the paper; UCI Machine Learning Repository, CC BY 4.0.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _classified, _shipped, _split
from nlcore.datasets._classified import Classified
from nlcore.datasets._coding import Coding
from nlcore.datasets._shipped import Number
from nlcore.datasets._split import SplitOptions

Measure = Literal["sepal_length", "sepal_width", "petal_length", "petal_width"]
SPECIES: Final = ("setosa", "versicolor", "virginica")
ATTRIBUTION: Final = "Iris: R. A. Fisher, Annals of Eugenics 7 (1936) 179-188; UCI ML Repository, CC BY 4.0."


class IrisOptions(SplitOptions, frozen=True):
    """Which measures of which species are the inputs."""

    inputs: Annotated[
        tuple[Measure, ...], Meta(min_length=1, max_length=4, description="Which lengths and widths are inputs, in cm.")
    ] = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    species: Annotated[
        tuple[Literal["setosa", "versicolor", "virginica"], ...],
        Meta(min_length=2, max_length=3, description="Which species are to be told apart."),
    ] = ("setosa", "versicolor", "virginica")
    coding: Coding = "zero_one"
    n: Number = None
    validation_fraction: _split.ValidationFraction = 0.0
    test_fraction: _split.TestFraction = 0.3
    standardise: Annotated[bool, Meta(description="Standardise each input by the training set.")] = False

    def __post_init__(self) -> None:
        """Refuse what is named twice."""
        super().__post_init__()
        for field, named in (("inputs", self.inputs), ("species", self.species)):
            if len(set(named)) < len(named):
                raise ValueError(f"{field} names something twice")


def load(options: IrisOptions) -> Data:
    """Return the flowers of the chosen species."""
    table = [(i + 1, row) for i, row in enumerate(_shipped.rows("iris.csv")) if row["species"] in options.species]
    table = [table[i] for i in _split.some(len(table), options.n, options.split_seed).tolist()]
    examples = Classified(
        inputs=np.array([[float(row[name]) for name in options.inputs] for _, row in table]),
        classes=np.array([tuple(options.species).index(row["species"]) for _, row in table]),
        names=[f"{row['species']} (flower {i})" for i, row in table],
        input_names=tuple(f"{name.replace('_', ' ')} (cm)" for name in options.inputs),
        class_names=options.species,
        what="flowers",
    )
    return _classified.data(
        "iris",
        "fisher",
        examples,
        options,
        options.coding,
        standardise=options.standardise,
        attribution=ATTRIBUTION,
    )


DATASET = Dataset("iris", "Iris", "Fisher's 150 irises of three species.", IrisOptions, load)
