"""Weight pictures at several moments of a run: which moments, what they are called, and what stands out in each.

A moment counts presentations. What is not trained yet is a still without weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.widgets.numbers import count, counted
from app.widgets.pixels import limit_of
from app.widgets.weight_scene import WeightScene
from nlcore import metrics, probes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import Counters, FloatArray

MOST_FRAMES = 48
"""Moments that a play through the run stops at."""
MOST_ASKED = 5000
"""Examples that are asked about for the share of correct answers."""
EVENLY = "evenly"
EPOCHS: dict[str, tuple[int, ...]] = {
    "lecture": (0, 1, 10, 100),
    "first": (0, 1, 2, 3, 5),
    "doubling": (1, 2, 4, 8, 16, 32, 64),
}
PICTURES = (0, 1, 2, 10, 50)
CHOICES: dict[str, tuple[str, str]] = {
    "lecture": ("Start, 1, 10, 100 epochs", "1, 10, 100"),
    "first": ("Start, 1, 2, 3, 5 epochs", "1, 2, 3, 5"),
    "doubling": ("1, 2, 4 … 64 epochs", "1, 2, 4 …"),
    "pictures": ("Start, 1, 2, 10, 50 examples", "examples"),
    EVENLY: ("Evenly over the run", "evenly"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """The weights at one moment.

    Attributes
    ----------
    moment : int
        Presentations.
    title : str
        What the moment is called.
    scene : WeightScene or None
        The weights; None if the run has not come there.
    note : str
        How many answers are correct.
    """

    moment: int
    title: str
    scene: WeightScene | None
    note: str = ""

    def largest(self, unit: int) -> float:
        """Return the largest absolute weight of a unit, its bias not counted."""
        return limit_of(self.scene.images[unit]) if self.scene is not None else 0.0


def moments_of(choice: str, epoch_length: int, end: int) -> tuple[int, ...]:
    """Return the moments of a choice, as presentations.

    Parameters
    ----------
    choice : str
        One of `CHOICES`.
    epoch_length : int
        Presentations in an epoch.
    end : int
        How far the run is known.
    """
    if choice == "pictures":
        return PICTURES
    if choice == EVENLY:
        epochs = end // epoch_length
        whole = [round(epochs * k / 4) * epoch_length for k in range(5)]
        parts = [round(end * k / 4) for k in range(5)]
        return tuple(sorted(set(whole if epochs >= 4 else parts)))
    return tuple(n * epoch_length for n in EPOCHS[choice])


def frames_of(epoch_length: int, end: int) -> tuple[int, ...]:
    """Return the moments of a play through the run: close together at first, where weights change most."""
    epochs = end // epoch_length
    if epochs >= MOST_FRAMES // 4:
        whole = np.unique(np.round(np.geomspace(1.0, epochs, MOST_FRAMES)).astype(np.int64))
        inside = [round(epoch_length * part) for part in (0.0, 0.05, 0.2, 0.5)]
        return tuple(sorted({*inside, *(int(n) * epoch_length for n in whole), end}))
    if end <= MOST_FRAMES:
        return tuple(range(end + 1))
    return tuple(sorted({0, *(int(n) for n in np.round(np.geomspace(1.0, end, MOST_FRAMES)))}))


def title_of(counters: Counters) -> str:
    """Name a moment."""
    if counters.presentations == 0:
        return "start"
    if counters.position_in_epoch == 0:
        return counted(counters.epochs, "epoch")
    return counted(counters.presentations, "example")


def title_at(moment: int, epoch_length: int) -> str:
    """Name a moment that the run has not come to, if nothing is changed on the way."""
    return title_of(Counters(moment, moment, moment // epoch_length, moment % epoch_length))


def note_of(model: FeedforwardModel, params: FloatArray) -> str:
    """Say how many answers are correct in the test set, or in the training set where there is no other."""
    data = model.examples
    name = "test" if len(data.test) else "training"
    examples = data.test if len(data.test) else data.training
    if data.class_names is None or len(examples) > MOST_ASKED or not np.all(np.isfinite(params)):
        return ""
    found = probes.predicted(model, params, examples.inputs) == metrics.classes(examples.targets, data.midpoint)
    return f"{name} {100.0 * float(np.mean(found)):.0f} %"


def limits_of(stills: Sequence[Still], units: Sequence[int], *, is_shared: bool) -> dict[tuple[int, int], float]:
    """Return the scale of each picture, by place of the still and unit: its own, or one for all moments of a unit."""
    own = {(place, unit): still.largest(unit) for place, still in enumerate(stills) for unit in units if still.scene}
    if not is_shared:
        return own
    largest = max(own.values(), default=0.0)
    return dict.fromkeys(own, largest)


def summary(stills: Sequence[Still], units: Sequence[int]) -> str:
    """Say what stands out at each moment."""
    said = []
    for still in stills:
        if still.scene is None:
            said.append(f"{still.title}: not trained yet.")
            continue
        weights = ", ".join(f"{still.scene.title(unit).lower()} {still.largest(unit):.3g}" for unit in units[:6])
        note = f"{still.note} correct; " if still.note else ""
        said.append(f"{still.title}: {note}largest weights from pixels: {weights}.")
    more = f" The first 6 of {count(len(units))} units are named." if len(units) > 6 else ""
    return " ".join(said) + more
