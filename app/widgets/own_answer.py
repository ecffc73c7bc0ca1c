"""What a network answers to one example that is in no set, in words and numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.widgets.example_model import fixed
from app.widgets.numbers import count, number
from app.widgets.unit_names import UnitNames, brief
from nlcore import metrics, probes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

MOST_HIDDEN = 24
"""Hidden units beyond this are counted, not listed."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnAnswer:
    """The outputs of all units for one example.

    Attributes
    ----------
    rows : tuple of (str, float)
        Name and output of each output unit.
    answered : int
        Number of the unit that decides; -1 for none.
    words : str
        The answer in a sentence.
    hidden : tuple of str
        A line for each hidden layer.
    """

    rows: tuple[tuple[str, float], ...]
    answered: int
    words: str
    hidden: tuple[str, ...]

    @classmethod
    def of(cls, model: FeedforwardModel, params: FloatArray, inputs: FloatArray) -> OwnAnswer:
        """Ask a network."""
        layers = probes.unit_outputs(model, params, inputs)
        data, outputs = model.examples, layers[-1]
        rows = tuple(zip(data.output_names, map(float, outputs), strict=True))
        is_finite = bool(np.isfinite(outputs).all())
        answered = -1
        if is_finite and data.class_names is not None:
            answered = int(metrics.classes(outputs[None, :], data.midpoint)[0]) if len(rows) > 1 else 0
        words = _words(model, outputs, answered) if is_finite else "No answer: the outputs are not numbers any more."
        unit_names = UnitNames.of(model)
        hidden = tuple(
            _hidden(unit_names.layer(layer) if unit_names.last > 2 else "Hidden units", layers[layer])
            for layer in range(1, unit_names.last)
        )
        return cls(rows, answered, words, hidden)

    def in_words(self) -> str:
        """Say everything in a line."""
        outputs = ", ".join(f"{name} {fixed(output)}" for name, output in self.rows)
        return " ".join([self.words, f"Outputs: {outputs}.", *(f"{line}." for line in self.hidden)])


def _words(model: FeedforwardModel, outputs: FloatArray, answered: int) -> str:
    data = model.examples
    if data.class_names is None:
        said = ", ".join(f"{name} = {number(float(o))}" for name, o in zip(data.output_names, outputs, strict=True))
        return f"Answer: {said}."
    if len(outputs) > 1:
        others = [i for i in np.argsort(-outputs, kind="stable").tolist() if i != answered]
        best, second = data.class_names[answered], data.class_names[others[0]]
        return (
            f"Answer: {best} ({brief(float(outputs[answered]))}); next: {second} ({brief(float(outputs[others[0]]))})."
        )
    output, middle = float(outputs[0]), data.midpoint
    side = "above" if output > middle else "below" if output < middle else "at"
    said = data.class_names[int(metrics.is_high(outputs, middle)[0])]
    return f"Answer: {said} (output {brief(output)}, {side} the threshold {number(middle)})."


def _hidden(title: str, outputs: FloatArray) -> str:
    said = " · ".join(f"{i + 1}: {brief(float(output))}" for i, output in enumerate(outputs[:MOST_HIDDEN]))
    more = len(outputs) - MOST_HIDDEN
    return f"{title}: {said}" + (f" and {count(more)} more" if more > 0 else "")
