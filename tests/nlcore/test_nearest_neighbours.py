"""Nearest neighbours against scikit-learn, and ties by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from nlcore import nearest_neighbours
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.datasets.vowels import VowelOptions, load
from nlcore.errors import CancelledError
from nlcore.nearest_neighbours import nearest, scores, vote


def data_of(training: ExampleSet, test: ExampleSet, names: tuple[str, ...]) -> Data:
    outputs = tuple(f"o{k}" for k in range(training.targets.shape[1]))
    none = no_examples(training.inputs.shape[1], len(outputs))
    inputs = tuple(f"x{k}" for k in range(training.inputs.shape[1]))
    return Data(
        name="d",
        source="built in",
        training=training,
        validation=none,
        test=test,
        input_names=inputs,
        output_names=outputs,
        class_names=names,
    )


def drawn(seed: int, n: int, n_classes: int) -> ExampleSet:
    random = np.random.default_rng(seed)
    classes = random.integers(0, n_classes, n)
    targets = np.where(np.arange(n_classes) == classes[:, None], 0.9, 0.1)
    return ExampleSet.of(random.normal(0.0, 1.0, (n, 3)) + classes[:, None] * 0.7, targets)


def test_the_neighbours_are_those_of_scikit_learn() -> None:
    training, test = drawn(1, 200, 4), drawn(2, 90, 4)
    indices, distances = nearest(training.inputs, test.inputs, 7)
    theirs, where = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(training.inputs).kneighbors(test.inputs)
    assert np.array_equal(indices, where)
    assert np.allclose(distances, theirs)


def test_the_votes_are_those_of_scikit_learn_where_there_is_no_tie() -> None:
    training, test = drawn(3, 200, 4), drawn(4, 90, 4)
    known = training.targets.argmax(axis=1)
    compared = 0
    for k in (1, 2, 5, 9):
        theirs = KNeighborsClassifier(n_neighbors=k, algorithm="brute").fit(training.inputs, known)
        shares = np.sort(theirs.predict_proba(test.inputs), axis=1)
        is_clear = shares[:, -1] > shares[:, -2]
        ours = vote(known[nearest(training.inputs, test.inputs, k)[0]], 4)
        assert np.array_equal(ours[is_clear], theirs.predict(test.inputs)[is_clear])
        compared += int(is_clear.sum())
    assert compared > 250


@pytest.mark.parametrize("block", [1, 1000, nearest_neighbours.BLOCK])
def test_blocks_make_no_difference(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For k = 1 there are no ties of votes."""
    monkeypatch.setattr(nearest_neighbours, "BLOCK", block)
    data = data_of(drawn(5, 120, 4), drawn(6, 50, 4), ("a", "b", "c", "d"))
    theirs = KNeighborsClassifier(n_neighbors=1).fit(data.training.inputs, data.training.targets.argmax(axis=1))
    found = scores(data, "test", (1, 3))
    assert found.accuracies[0] == theirs.score(data.test.inputs, data.test.targets.argmax(axis=1))
    assert (found.n, found.ks, found.set_name) == (50, (1, 3), "test")


def test_a_tie_of_votes_goes_to_the_class_of_the_nearest() -> None:
    assert vote(np.array([[2, 1], [0, 1], [1, 1]]), 3).tolist() == [2, 0, 1]
    assert vote(np.array([[2, 0, 0, 2, 1], [1, 0, 0, 1, 0]]), 3).tolist() == [2, 0]


def test_at_the_same_distance_the_first_of_the_known_comes_first() -> None:
    known = np.array([[1.0], [-1.0], [1.0], [3.0]])
    indices, distances = nearest(known, np.array([[0.0], [2.0]]), 3)
    assert indices.tolist() == [[0, 1, 2], [0, 2, 3]]
    assert distances.tolist() == [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]


def test_one_output_has_two_classes_and_too_large_k_is_left_out() -> None:
    """Points 0, 1, 2 are of the low class, 10 and 11 of the high one; 4 is nearest to the low ones."""
    training = ExampleSet.of([[0.0], [1.0], [2.0], [10.0], [11.0]], [[0.0], [0.0], [0.0], [1.0], [1.0]])
    test = ExampleSet.of([[4.0], [9.0]], [[0.0], [1.0]])
    found = scores(data_of(training, test, ("low", "high")), "test", range(1, 16))
    assert found.ks == (1, 2, 3, 4, 5)
    assert found.accuracies == (1.0, 1.0, 1.0, 1.0, 0.5)  # for k = 4 two against two: the nearest decides
    assert found.best == (1, 1.0)


def test_training_examples_know_themselves() -> None:
    assert scores(load(VowelOptions(n=200)), "training", (1,)).accuracies[0] == 1.0


def test_it_can_be_cancelled() -> None:
    with pytest.raises(CancelledError):
        scores(load(VowelOptions(n=100)), "test", (1,), lambda: True)
