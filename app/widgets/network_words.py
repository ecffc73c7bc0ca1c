"""What the read-out of a network says of a unit or a weight: its formula with numbers, and what holds it.

Where phases of a presentation are lit, the formulas are those of the explanation of this presentation, newest first;
otherwise those of the forward pass.
"""

from __future__ import annotations

from app.widgets.network_marks import Part
from app.widgets.network_scene import Link, NetworkScene
from app.widgets.unit_names import signed
from nlcore.explanations import Focus, walk
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, Trace, TrainState

DIGITS = 3
SIGNS = {" * ": " · ", "-": "−", "sigma(": "σ(", "<=": "≤", ">=": "≥"}


def lit_words(model: FeedforwardModel, state: TrainState, trace: Trace, n_lit: int, part: Part) -> str:
    """Return the formulas of the lit phases about a unit or a weight, newest first; empty if there are none.

    Parameters
    ----------
    model : FeedforwardModel
        The network.
    state : TrainState
        Before the presentation.
    trace : Trace
        Of the presentation.
    n_lit : int
        Lit phases.
    part : tuple of int or Link
        What it is about.
    """
    place: tuple[str | int, ...]
    if isinstance(part, Link):
        if part.place is None:
            return ""
        place, focus = ("weight", *part.place), Focus(weight=part.place)
    elif part[1] < 0:
        return ""
    else:
        place, focus = ("unit", *part), Focus(unit=part)
    steps = walk(model, state, trace, focus).steps[:n_lit]
    found = [formula for step in reversed(steps) for formula in step.formulas if formula.place == place]
    said = [readable(formula.text(DIGITS)) + (f" ({formula.note})" if formula.note else "") for formula in found]
    return "; ".join(said)


def readable(formula: str) -> str:
    """Write a formula in plain text with the signs of the screen."""
    for plain, sign in SIGNS.items():
        formula = formula.replace(plain, sign)
    return formula


def part_words(scene: NetworkScene, part: Part, last_changes: FloatArray) -> str:
    """Say what a unit or a line is worth and how it comes about.

    Parameters
    ----------
    scene : NetworkScene
        What is shown.
    part : tuple of int or Link
        What it is about.
    last_changes : ndarray, shape (n_params,)
        Of all weights, in the last update.
    """
    if not isinstance(part, Link):
        return scene.unit_words(*part)
    said = f"{scene.link_words(part).rstrip('.')}."
    place, holds = part.place, scene.holds
    if place is None:
        return said + " Pin the unit and choose an input to see a single one."
    if holds is None:
        return said
    last = float(last_changes[holds.index(place)])
    if last:
        said += f" Its last change was {signed(last)}."
    if holds.is_frozen(place):
        said += " Frozen: it does not learn."
    others = holds.tied_with(place)
    if others:
        names = [scene.link_words(Link.of(other)).partition(" = ")[0] for other in others[:3]]
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        said += f" Tied ({holds.letter(place)}) with {', '.join(names)}{more}."
    return said
