"""The data set ``iris``: 150 flowers, chosen inputs and species, and that a network learns it."""

from __future__ import annotations

from collections import Counter

import pytest

from nlcore.datasets import _shipped
from nlcore.errors import ExperimentError
from tests.nlcore.datasets.loading import accuracy, after, checksum, loaded, same, sizes


def test_the_shipped_table() -> None:
    assert checksum("iris.csv") == "9cc1c345c71bcc9b486b74cbf6063fa66f4bb5e0f603a4b3c3471ec2e5e8e355"
    rows = _shipped.rows("iris.csv")
    assert len(rows) == 150
    assert Counter(row["species"] for row in rows) == {"setosa": 50, "versicolor": 50, "virginica": 50}
    assert rows[34]["petal_width"] == "0.2"  # as in Fisher's paper; the repository's own file says 0.1
    assert rows[37]["petal_length"] == "1.4"


def test_inputs_and_sets() -> None:
    data = loaded("iris", inputs=["petal_width", "petal_length"])
    assert data.input_names == ("petal width (cm)", "petal length (cm)")
    assert data.training.inputs[0].tolist() == [0.2, 1.4]
    assert sizes(data) == (105, 0, 45)
    assert [note.split(";")[0] for note in data.notes] == [
        "The same inputs but different classes: versicolor (flower 71) and virginica (flower 127)"
    ]
    assert loaded("iris").notes == ()
    for examples in data.sets.values():
        for name, target in zip(examples.names, examples.targets, strict=True):
            assert target[("setosa", "versicolor", "virginica").index(name.split()[0])] == 1.0
    assert same(loaded("iris", split_seed=4), loaded("iris", split_seed=4))
    two = loaded("iris", species=["setosa", "virginica"], coding="minus_plus", test_fraction=0.0)
    assert two.training.targets.ravel().tolist() == [-1.0] * 50 + [1.0] * 50
    with pytest.raises(ExperimentError, match="inputs names something twice"):
        loaded("iris", inputs=["petal_width", "petal_width"])


def test_a_class_without_training_examples_is_said() -> None:
    data = loaded("iris", n=3, test_fraction=0.4)
    assert sizes(data) == (2, 0, 1)
    assert "The training set holds no example of" in data.notes[-1]
    assert "test set is empty: 0.1 of 3 flowers" in loaded("iris", n=3, test_fraction=0.1).notes[0]


def test_a_network_learns_it() -> None:
    dataset: dict[str, object] = {"name": "iris", "standardise": True}
    assert accuracy(after(dataset, [4, 3], ["sigmoid"], 60), "test") > 0.8
