"""What a network answers to all examples of a data set, counted and in words.

Answers are called correct or wrong, never right, because "right" is also the name of a class of the face pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.widgets.numbers import count, number
from nlcore import metrics, probes
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName

CORRECT, WRONG = "✓ correct", "✗ wrong"


@dataclass(frozen=True, slots=True, eq=False)
class SetResults:
    """What a network says to one set.

    Attributes
    ----------
    outputs : ndarray, shape (n, n_outputs)
        Of the network.
    true, answered : ndarray of int, shape (n,)
        Class indices; all 0 for regression.
    confusion : ndarray of int, shape (n_classes, n_classes)
        Rows true, columns answered; empty for regression.
    mse : float
        Mean squared error over examples and outputs.
    """

    outputs: FloatArray
    true: NDArray[np.int64]
    answered: NDArray[np.int64]
    confusion: NDArray[np.int64]
    mse: float

    @property
    def is_correct(self) -> NDArray[np.bool_]:
        """Whether each answer is correct."""
        return np.equal(self.true, self.answered)


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What a network says to all sets that are not empty."""

    data: Data
    sets: dict[SetName, SetResults]
    params: FloatArray
    """Of the network that was asked."""

    def is_of(self, model: FeedforwardModel, params: FloatArray) -> bool:
        """Tell whether a network would give these very answers."""
        return self.params is params and self.data is model.examples

    @classmethod
    def of(cls, model: FeedforwardModel, params: FloatArray) -> Results:
        """Ask the network about all examples."""
        data = model.examples
        found: dict[SetName, SetResults] = {}
        for name, examples in data.sets.items():
            if not len(examples):
                continue
            outputs = probes.outputs(model, params, examples.inputs)
            true = answered = np.zeros(len(examples), dtype=np.int64)
            confusion = np.zeros((0, 0), dtype=np.int64)
            if data.class_names is not None:
                true = metrics.classes(examples.targets, data.midpoint)
                answered = metrics.classes(outputs, data.midpoint)
                confusion = metrics.confusion(true, answered, len(data.class_names))
            with np.errstate(over="ignore", invalid="ignore"):
                mse = float(np.mean((examples.targets - outputs) ** 2))
            found[name] = SetResults(outputs, true, answered, confusion, mse)
        return cls(data, found, params)

    def summary(self) -> list[str]:
        """Say how many answers are correct in each set, and how good it would be not to look at the inputs."""
        return [*(self._set_line(name) for name in self.sets), base_line(self.data)]

    def _set_line(self, name: SetName) -> str:
        results = self.sets[name]
        n = len(results.true)
        if self.data.class_names is None:
            return f"{name.capitalize()}: mean squared error {number(results.mse)} over {count(n)} examples"
        correct = int(np.count_nonzero(results.is_correct))
        return f"{name.capitalize()}: {count(correct)} of {count(n)} correct ({percent(correct, n)})"

    def target_words(self, name: SetName, row: int) -> str:
        """Say what an example's answer should be."""
        if self.data.class_names is not None:
            return self.data.class_names[int(self.sets[name].true[row])]
        return ", ".join(number(float(t)) for t in self.data.sets[name].targets[row])

    def answer_words(self, name: SetName, row: int) -> str:
        """Say what the network answers."""
        if self.data.class_names is not None:
            return self.data.class_names[int(self.sets[name].answered[row])]
        return ", ".join(number(float(o)) for o in self.sets[name].outputs[row])

    def verdict(self, name: SetName, row: int) -> str:
        """Say whether an answer is correct; empty for regression."""
        if self.data.class_names is None:
            return ""
        results = self.sets[name]
        return CORRECT if results.true[row] == results.answered[row] else WRONG

    def words(self, name: SetName, row: int) -> str:
        """Say everything about one example in lines."""
        outputs = ", ".join(
            f"{output} {number(float(value))}"
            for output, value in zip(self.data.output_names, self.sets[name].outputs[row], strict=True)
        )
        lines = [
            self.data.sets[name].names[row],
            f"Target: {self.target_words(name, row)}",
            f"Answer: {self.answer_words(name, row)}",
            f"Outputs: {outputs}",
            self.verdict(name, row),
        ]
        return "\n".join(line for line in lines if line)


def examples_of_cells(found: SetResults, most: int) -> dict[tuple[int, int], list[int]]:
    """Return the first few examples of each cell of the confusion matrix that is not empty."""
    cells: dict[tuple[int, int], list[int]] = {}
    for row, cell in enumerate(zip(found.true.tolist(), found.answered.tolist(), strict=True)):
        rows = cells.setdefault(cell, [])
        if len(rows) < most:
            rows.append(row)
    return cells


def percent(part: int, whole: int) -> str:
    """Write a share in percent with one decimal."""
    return f"{100.0 * part / whole:.1f}\u00a0%" if whole else "none"


@lru_cache(maxsize=2)
def base_line(data: Data) -> str:
    """Say how good the best constant answer would be, over all sets together."""
    targets = np.vstack([examples.targets for examples in data.sets.values() if len(examples)])
    if data.class_names is None:
        mean = data.training.targets.mean(axis=0)
        mse = float(np.mean((targets - mean) ** 2))
        return f"Base line: always answering the mean of the training targets gives {number(mse)}"
    counts = np.bincount(metrics.classes(targets, data.midpoint), minlength=len(data.class_names))
    best = int(np.argmax(counts))
    share = percent(int(counts[best]), len(targets))
    of_all = f" of all {count(len(targets))}" if len(targets) > len(data.training) else ""
    return f"Base line: always answering “{data.class_names[best]}” would be correct for {share}{of_all}"
