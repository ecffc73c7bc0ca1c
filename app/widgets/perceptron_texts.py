"""What the panes about the perceptron rule say: weights as vectors, inequalities with numbers, and why one is empty."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.frame import TrackFrame
from app.widgets.numbers import counted, number
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory.homogeneous import join

DIGITS = 4
MOST_WRITTEN = 6
"""Numbers of a vector that are written out."""


def why_no_perceptron(track: TrackFrame) -> str | None:
    """Return why a pane about the perceptron rule has nothing to show, None if it has."""
    model = track.model
    if not isinstance(model, FeedforwardModel):
        return "There is no perceptron here: this lesson minimises a function directly."
    rule = model.rule
    if rule.name != "perceptron":
        return (
            f"This pane follows the perceptron rule, but this run is trained with another one ({rule.title.lower()})."
        )
    if model.layout.layers[-1] != 1:
        units = counted(model.layout.layers[-1], "output unit")
        return f"This pane follows a single unit, but this network has {units}."
    if not np.all(np.isfinite(track.state.params)):
        return "The weights have left the range of finite numbers; step back, or restart with a smaller learning rate."
    return None


def why_no_plane(track: TrackFrame) -> str | None:
    """Return the same for a pane that draws lines over two inputs."""
    reason = why_no_perceptron(track)
    if reason is not None or not isinstance(track.model, FeedforwardModel):
        return reason
    n = track.model.examples.n_inputs
    if n != 2:
        return f"This data set has {counted(n, 'input')}; a line can only be drawn over two."
    return None


def vector_of(model: FeedforwardModel, params: FloatArray) -> FloatArray:
    """Return (w0, w1, ...) of the only unit."""
    return join(float(model.layout.biases(params)[0][0]), model.layout.weights(params)[0][0])


def vector(values: Iterable[float]) -> str:
    """Write a vector, the middle of a long one left out."""
    texts = [number(float(v) + 0.0, DIGITS) for v in values]
    if len(texts) > MOST_WRITTEN:
        texts = [*texts[: MOST_WRITTEN - 2], "…", texts[-1]]
    return f"({', '.join(texts)})"


def signed(value: float) -> str:
    """Write a label with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def factor(value: float) -> str:
    """Write a number as a factor or a term after a sign: a negative one in brackets."""
    text = number(value + 0.0, DIGITS)
    return f"({text})" if value < 0 else text


def threshold_form(w: FloatArray) -> str:
    """Write where a unit says +1 with a threshold: "3 x₁ + 2 x₂ > t, with t = −w₀ = 4"."""
    if len(w) - 1 > MOST_WRITTEN:
        return f"w₁ x₁ + … + wₙ xₙ > t, with t = −w₀ = {number(-float(w[0]) + 0.0, DIGITS)}"
    terms = ""
    for i, value in enumerate(w[1:].tolist(), 1):
        sign = (" − " if value < 0 else " + ") if terms else ("−" if value < 0 else "")
        terms += f"{sign}{number(abs(value), DIGITS)} x{_lowered(i)}"
    return f"{terms} > t, with t = −w₀ = {number(-float(w[0]) + 0.0, DIGITS)}"


def larger(net: float, learning_rate: float, y: float, square: float) -> tuple[str, str]:
    """Write w'.x = w.x + eta y |x|^2 with its numbers, and what it shows: the net input moves the right way."""
    after = net + learning_rate * y * square
    sign = ">" if y > 0 else "<"
    rate = number(learning_rate, DIGITS)
    numbers = f"w′·x = w·x + η y |x|² = {number(net + 0.0, DIGITS)} + {rate} × {factor(y)} × {number(square, DIGITS)}"
    verdict = f"= {number(after + 0.0, DIGITS)} {sign} {number(net + 0.0, DIGITS)} = w·x"
    return numbers, verdict


def _lowered(i: int) -> str:
    return str(i).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
