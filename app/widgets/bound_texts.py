"""What the pane on Novikoff's bound says: R, the margin, the bound, or why there is none."""

from __future__ import annotations

import math

import numpy as np

from app.widgets.bound_bars import Bar
from app.widgets.numbers import count, counted, number
from app.widgets.perceptron_texts import DIGITS, vector
from nlcore.families.feedforward import FeedforwardModel
from nlcore.mistake_bounds import Bound
from nlcore.records import FloatArray
from nlcore.theory.separability import Inequality, contradiction

MOST_INEQUALITIES = 5


def facts(model: FeedforwardModel, inputs: FloatArray, bound: Bound, *, has_zero_start: bool) -> list[str]:
    """Return the quantities of the theorem, a sentence each."""
    theorem, names = bound.theorem, model.examples.training.names
    longest = int(np.argmax(np.linalg.norm(inputs, axis=1)))
    said = [f"R = {number(theorem.radius, DIGITS)}, length of the longest (1, x): {names[longest]}"]
    if theorem.margin.separator is None:
        return [*said, *not_separable(model, inputs)]
    support = ", ".join(names[i] for i in theorem.margin.support[:4])
    said += [
        f"γ = {number(theorem.margin.gamma, DIGITS)}, largest margin, decided by {support}",
        f"w* = {vector(theorem.margin.separator)}, the separator with it, |w*| = 1",
        f"(R/γ)² = {bound_text(bound.plain)}: at most so many updates from zero weights",
    ]
    if not has_zero_start:
        said.append(f"{bound_text(theorem.bound)}: at most so many from these start weights, which are not zero")
    return said


def not_separable(model: FeedforwardModel, inputs: FloatArray) -> list[str]:
    """Return the proof that no line separates the classes."""
    found = contradiction(inputs, model.examples.training.targets)
    said = ["No line separates the classes: there is no margin γ > 0, so no bound, and the algorithm never ends."]
    if found is not None and len(found) <= MOST_INEQUALITIES:
        demands = "; ".join(_demand(one) for one in found)
        said.append(f"The proof: {demands}. Added up, they contradict each other.")
    return said


def bars(bound: Bound, so_far: int, *, since_change: bool) -> list[Bar]:
    """Return what is compared with the bound."""
    when = "since the change" if since_change else "so far"
    found = [
        Bar("a whole run", bound.mistakes, is_more=not bound.is_over),
        Bar(f"updates {when}", so_far),
    ]
    if math.isfinite(bound.theorem.bound):
        found.insert(0, Bar("bound", _whole(bound.theorem.bound), is_bound=True))
    return found


def bound_text(value: float) -> str:
    """Write a bound; a whole number that rounding has missed by a hair is written whole."""
    value = _whole(value)
    return count(round(value)) if float(value).is_integer() and value < 1e6 else number(value, DIGITS)


def moved_text(share: float) -> str:
    """Say how far the classes are moved together."""
    if share == 0.0:
        return "Gap between the classes: as it is"
    return f"Gap closed by {number(100.0 * share)} % (shown only)"


def so_far_text(so_far: int, bound: Bound) -> str:
    """Say the mistakes in words."""
    whole = f"{'more than ' if not bound.is_over else ''}{counted(bound.mistakes, 'update')}"
    return f"{counted(so_far, 'update')} so far; a whole run makes {whole}."


def _whole(value: float) -> float:
    nearest = round(value) if math.isfinite(value) else 0
    return float(nearest) if nearest and abs(value - nearest) <= 1e-9 * nearest else value


def _demand(one: Inequality) -> str:
    """Write an inequality, as often as it is taken."""
    text = str(one).replace("-", "−").replace("<=", "≤")
    if abs(one.multiplier - 1.0) < 1e-9:
        return text
    sign = ">" if ">" in text else "≤"
    left, _, right = text.partition(f" {sign} ")
    return f"{number(one.multiplier)} × ({left}) {sign} {right}"
