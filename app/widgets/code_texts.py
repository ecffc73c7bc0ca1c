"""Hidden codes in words and as tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.table import Cell, Table, thinned
from app.widgets.numbers import counted, number
from app.widgets.unit_names import UnitNames, brief
from nlcore.families.feedforward import FeedforwardModel
from nlcore.hidden_codes import CodeCourse, Codes
from nlcore.records import FloatArray

MOST_UNITS, MOST_EXAMPLES = 16, 64


def why_no_codes(model: object) -> str | None:
    """Say why there are no hidden codes to show; None if there are."""
    if not isinstance(model, FeedforwardModel):
        return "There is no network here: this lesson minimises a function directly."
    layers, n = model.layout.layers, len(model.examples.training)
    if len(layers) != 3:
        hidden = "no hidden units" if len(layers) == 2 else f"{len(layers) - 2} hidden layers"
        return f"This network has {hidden}; codes are shown for networks with one hidden layer."
    if max(layers) > MOST_UNITS or n > MOST_EXAMPLES:
        return (
            f"With layers of {layers[0]}, {layers[1]} and {layers[2]} units and {counted(n, 'example')} there would be "
            f"too much to read. Codes are shown for up to {MOST_UNITS} units a layer and {MOST_EXAMPLES} examples."
        )
    return None


def distinct_text(names: Sequence[str], same: int, *, is_brief: bool = False) -> str:
    """Say whether an example has a code of its own."""
    if same < 0:
        return "yes"
    return "no" if is_brief else f"no: like {names[same]}"


def right_text(codes: Codes, example: int, *, is_brief: bool = False) -> str:
    """Say whether all outputs are on the side of their targets."""
    if is_brief:
        return "✓" if codes.is_right[example] else "✗"
    return "right" if codes.is_right[example] else "wrong"


def codes_words(codes: Codes) -> str:
    """Say how many codes there are, how many values are in the middle, and how many answers are right."""
    n = len(codes.values)
    middle = int(np.sum(codes.in_between))
    said = f"{codes.n_distinct} different codes for {counted(n, 'example')}"
    if codes.n_distinct == n:
        said = f"All {n} codes are different"
    if middle:
        verb = "value is" if middle == 1 else "values are"
        said += f"; {middle} hidden {verb} neither low nor high (slanted)"
    return f"{said}. {int(np.sum(codes.is_right))} of {n} answers are right in all outputs."


def encoding_words(name: str, values: Sequence[float]) -> str:
    """Say what the hidden units make of one example."""
    return f"{name} → {', '.join(brief(v) for v in values)}"


def code_table(model: FeedforwardModel, codes: Codes) -> Table:
    """Return the hidden values, the codes, and whether they are distinct."""
    names = model.examples.training.names
    units = [f"hidden unit {k + 1}" for k in range(codes.values.shape[1])]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            name,
            *map(float, codes.values[row]),
            codes.text(row),
            distinct_text(names, codes.same_as[row]),
            right_text(codes, row),
        )
        for row, name in enumerate(names)
    )
    note = f"{codes_words(codes)} A code is the hidden values, rounded."
    return Table("Hidden codes", ("example", *units, "code", "own code", "answer"), rows, note)


def course_table(model: FeedforwardModel, x: FloatArray, course: CodeCourse, example: int, unit: int) -> Table:
    """Return the three plots as one table, a row for each moment."""
    names = UnitNames.of(model)
    errors = [f"sum of squares, {names.full(names.last, k)}" for k in range(course.errors.shape[1])]
    values = [f"hidden unit {k + 1}" for k in range(course.values.shape[2])]
    weights = [f"weight from {name}" for name in ("x0 (w0)", *names.inputs)]
    rows = [
        (float(at), *map(float, e), *map(float, h[example]), *map(float, w[unit]))
        for at, e, h, w in zip(x, course.errors, course.values, course.weights, strict=True)
    ]
    about = model.examples.training.names[example]
    note = f"Hidden values for {about}; weights into hidden unit {unit + 1}."
    return thinned("Over the run", ("epoch", *errors, *values, *weights), rows, note)


def values_words(names: Sequence[str], values: Sequence[float]) -> str:
    """Write some values with their names."""
    return ", ".join(f"{name} {number(float(v))}" for name, v in zip(names, values, strict=True))
