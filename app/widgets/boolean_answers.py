"""A Boolean function, and what a network says to each of its cases: what the pane of truth tables shows.

Pure computing and plain sentences; nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.frame import TrackFrame
from app.widgets.numbers import count, counted
from nlcore import metrics, probes
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory.boolean_functions import (
    MOST_INPUTS,
    BooleanTable,
    Truth,
    by_count,
    changes,
    fewest_terms,
    n_inputs,
    table_of,
    true_cases,
)

TITLES = {
    "parity": "parity: an odd number",
    "majority": "majority: more than half",
    "exactly_one": "exactly one",
    "and": "AND: all",
    "or": "OR: at least one",
    "nand": "NAND: not all",
    "nor": "NOR: none",
    "always": "always true",
    "never": "never true",
}
"""What functions with names are called on the screen."""


@dataclass(frozen=True, slots=True, eq=False)
class BooleanAnswers:
    """The cases in the order of a truth table.

    Attributes
    ----------
    table : BooleanTable
        The function.
    names : tuple of str
        What the inputs are called.
    outputs : ndarray, shape (2^n,)
        What the network puts out.
    said : ndarray of bool, shape (2^n,)
        Whether that counts as true.
    """

    table: BooleanTable
    names: tuple[str, ...]
    outputs: FloatArray
    said: NDArray[np.bool_]

    @classmethod
    def of(cls, model: FeedforwardModel, params: FloatArray) -> BooleanAnswers | None:
        """Return the answers of a network; None if its examples are no truth table of up to five inputs."""
        data = model.examples
        table = table_of(data.training.inputs, data.training.targets)
        if table is None or table.n > MOST_INPUTS or data.class_names is None:
            return None
        outputs = probes.outputs(model, params, data.training.inputs[table.rows])
        return cls(table, data.input_names, outputs[:, 0], metrics.classes(outputs, data.midpoint) == 1)

    @property
    def truth(self) -> Truth:
        """The function."""
        return self.table.truth

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which answers are right."""
        found: NDArray[np.bool_] = np.equal(self.said, np.array(self.truth) == 1)
        return found

    @property
    def cases(self) -> tuple[tuple[int, ...], ...]:
        """The inputs of all cases, false as 0 and true as 1, in any coding."""
        n = self.table.n
        return tuple(tuple(int(digit) for digit in f"{row:0{n}b}") for row in range(2**n))


@dataclass(frozen=True, slots=True)
class Needed:
    """How many hidden units each way to build a function needs; None where it cannot be built that way."""

    minterms: int
    fewest: int
    counting: int | None

    @classmethod
    def of(cls, truth: Truth) -> Needed:
        """Count for a table."""
        values = by_count(truth)
        return cls(len(true_cases(truth)), len(fewest_terms(truth)), None if values is None else len(changes(values)))


def n_hidden(model: Model) -> int:
    """Return how many hidden units a network has, in all layers together."""
    return sum(model.layout.layers[1:-1]) if isinstance(model, FeedforwardModel) else 0


def verdict(answers: BooleanAnswers, *, is_untrained: bool) -> str:
    """Say how many answers are right, and that nothing was trained yet where that explains it."""
    right = answers.right
    n, n_right = len(right), int(right.sum())
    if n_right == n:
        return f"✓ All {n} answers are right."
    said = f"✗ {n_right} of {counted(n, 'answer')} {'is' if n_right == 1 else 'are'} right."
    if is_untrained:
        return f"{said} Not trained yet: press Run (F5)."
    wrong = ["".join(map(str, answers.cases[i])) for i in np.flatnonzero(~right).tolist()]
    return f"{said} Wrong: {', '.join(wrong)}." if len(wrong) <= 4 else f"{said} Wrong: {', '.join(wrong[:3])} …"


def others(tracks: Sequence[TrackFrame]) -> str:
    """Say in a sentence each how the other tracks do with their own tables."""
    said = []
    for track in tracks:
        model = track.model
        found = BooleanAnswers.of(model, track.state.params) if isinstance(model, FeedforwardModel) else None
        if found is None:
            continue
        wrong = int((~found.right).sum())
        said.append(f"{track.name}: {f'{wrong} of {len(found.right)} wrong' if wrong else 'all right'}")
    return f"{'; '.join(said)}." if said else ""


def size_words(truth: Truth) -> str:
    """Say how many tables there are, and how many units the worst of them needs."""
    n = n_inputs(truth)
    symmetric = by_count(truth) is not None
    counting = (
        "This function depends only on how many inputs are true, so counting them is enough."
        if symmetric
        else "This function depends on which inputs are true, so counting them is not enough."
    )
    return (
        f"{counting} {counted(n, 'input')}: {counted(2**n, 'case')}, {count(2**2**n)} different tables. Joined to as "
        f"few terms as possible, no table needs more than {counted(2 ** (n - 1), 'unit')}; parity needs all of these."
    )
