"""What the gradient check says: names of weights, the badge, and what was compared."""

from __future__ import annotations

import math

from app.widgets.badge import Mood
from app.widgets.gradient_table import GradientRow
from app.widgets.numbers import count, counted, number
from app.widgets.unit_names import UnitNames
from nlcore.families.feedforward import FeedforwardModel
from nlcore.gradient_check import GradientCheck, GradientQuestion, Verdict, WeightCheck
from nlcore.losses import LOSSES

MOODS: dict[Verdict, Mood] = {
    Verdict.AGREES: "good",
    Verdict.TOO_LARGE: "near",
    Verdict.TOO_SMALL: "near",
    Verdict.KINK: "near",
    Verdict.UNDEFINED: "none",
    Verdict.DIFFERS: "bad",
}


def weight_name(names: UnitNames, place: tuple[int, int, int]) -> str:
    """Return the name of a weight: where it comes from and where it leads, w0 for a bias."""
    layer, unit, source = place
    target = names.full(layer + 1, unit)
    return f"w0 → {target}" if source < 0 else f"{names.source(layer, source)} → {target}"


def row_of(model: FeedforwardModel, names: UnitNames, weight: WeightCheck) -> GradientRow:
    """Return the row of a weight."""
    said = weight.verdict.value
    if weight.is_frozen:
        said += "; frozen, so it is never applied"
    if weight.is_tied:
        said += "; tied: the derivative of this weight alone"
    return GradientRow(
        weight.place,
        MOODS[weight.verdict],
        (
            weight_name(names, model.layout.locate(weight.place)),
            _small(weight.difference),
            number(weight.analytic, 5),
            number(weight.numeric, 5),
            said,
        ),
    )


def _small(difference: float) -> str:
    if math.isnan(difference):
        return "undefined"
    return number(difference, 2)


def badge_of(check: GradientCheck, *, is_brief: bool = False) -> tuple[Mood, str]:
    """Return the verdict on all weights together."""
    counts, n = check.counts, len(check.weights)
    step = f"h = {number(check.step, 2)}"
    if check.verdict is Verdict.AGREES:
        all_of = f"all {count(n)} weights" if n > 1 else "this weight"
        agrees = f"The gradient agrees for {all_of} ({step})"
        return "good", "Agrees" if is_brief else f"{agrees}, largest relative difference {_small(check.largest)}."
    if counts[Verdict.DIFFERS]:
        wrong = counts[Verdict.DIFFERS]
        how_many = f"{count(wrong)} of {counted(n, 'weight')}"
        if is_brief:
            return "bad", f"Does not agree: {how_many}"
        return "bad", f"The gradient does not agree for {how_many}: no step size explains the difference."
    if counts[Verdict.UNDEFINED]:
        return "none", "Cannot be checked here: the loss is too large for the range of numbers."
    told = {
        Verdict.TOO_LARGE: "too large (truncation)",
        Verdict.TOO_SMALL: "too small (rounding)",
        Verdict.KINK: "across the kink of a ReLU unit",
    }
    parts = [f"{words} for {count(counts[verdict])}" for verdict, words in told.items() if counts[verdict]]
    said = f"The step {step} is {', '.join(parts)} of {counted(n, 'weight')}"
    if is_brief:
        return "near", said
    if counts[Verdict.KINK] == n - counts[Verdict.AGREES]:
        return "near", f"{said}; there the loss has a corner. The gradient itself is not wrong."
    return "near", f"{said}. The gradient is right: it agrees at other steps."


def subject(question: GradientQuestion, example: str) -> str:
    """Say what was compared with what.

    Parameters
    ----------
    question : GradientQuestion
        What was asked.
    example : str
        Name of the only example; empty for several.
    """
    model = question.model
    n, n_all = len(question.rows), model.problem.n
    if example:
        of = f"of {example}"
    elif n < n_all:
        of = f"of {count(n)} of the {count(n_all)} training examples"
    else:
        of = f"of all {counted(n, 'training example')}"
    training = model.experiment.training
    said = f"E is the loss {of} ({LOSSES[training.loss].title}), {number(question.loss, 4)} now"
    if training.penalty.strength > 0.0:
        said += ", with its share of the penalty" if n < n_all else ", penalty included"
    if training.dropout.hidden > 0.0 or training.dropout.inputs > 0.0:
        said += (
            "; units are dropped as in the next presentation" if question.has_masks else "; no unit is dropped in it"
        )
    return said + "."
