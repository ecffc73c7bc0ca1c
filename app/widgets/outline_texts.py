"""What tracks make of an outline: the line as it should be, what came of it, errors, words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.frame import TrackFrame
from app.table import Table
from app.widgets.numbers import counted, number
from nlcore import probes
from nlcore.datasets import Data, ExampleSet
from nlcore.datasets.outline import OutlineOptions
from nlcore.errors import ExperimentError
from nlcore.experiment import convert
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory.outlines import TURN, Fit, distance, features, fits, outline, parameter_of

POINTS = 360
MOST_HARMONICS = 8
ROUNDING = 1e-12
T = np.linspace(0.0, TURN, POINTS, endpoint=False)
NO_OUTLINE = (
    "This data set is no outline, so there is nothing to draw here. Choose the data set “Points on an outline” in the "
    "settings, or look at the elephant of four parameters above, under “Show”."
)


def has_outline(track: TrackFrame) -> bool:
    """Tell whether a track learns an outline."""
    model = track.model
    return isinstance(model, FeedforwardModel) and model.examples.name == "outline"


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What a track makes of its outline.

    Attributes
    ----------
    number, name : int, str
        Of the track.
    n_parameters, harmonics : int
        Of its network, and of its inputs.
    curve, target : ndarray, shape (n, 2)
        What it draws, and what it should draw; the target is empty if it is not known.
    training, validation : float
        Root of the mean squared distance of the points from what it draws.
    best : Fit or None
        The best that a linear network with these inputs can do.
    """

    number: int
    name: str
    n_parameters: int
    harmonics: int
    curve: FloatArray
    target: FloatArray
    training: float
    validation: float
    best: Fit | None

    @property
    def words(self) -> str:
        """Parameters and error, for a caption."""
        best = "" if self.best is None else f" (best {error_text(self.best.training)})"
        validation = "" if np.isnan(self.validation) else f", validation {error_text(self.validation)}"
        return f"{counted(self.n_parameters, 'parameter')}: error {error_text(self.training)}{best}{validation}"


def error_text(error: float) -> str:
    """Write an error; what is only left by rounding is 0."""
    return number(error if error > ROUNDING else 0.0) if np.isfinite(error) else number(error)


def drawing(track: TrackFrame) -> Drawing:
    """Return what a track with an outline draws."""
    model = track.model
    assert isinstance(model, FeedforwardModel)
    params, examples = track.state.params, model.examples
    harmonics = examples.n_inputs // 2
    with np.errstate(over="ignore", invalid="ignore"):
        curve = probes.outputs(model, params, features(T, harmonics))
        errors = [
            distance(part.targets, probes.outputs(model, params, part.inputs))
            for part in (examples.training, examples.validation)
        ]
    is_linear = len(model.layout.layers) == 2 and model.layout.activations[0].name == "linear"
    best = best_fits(examples, max(harmonics, MOST_HARMONICS))[harmonics - 1] if is_linear else None
    target = target_of(model)
    return Drawing(track.number, track.name, model.n_params, harmonics, curve, target, errors[0], errors[1], best)


def target_of(model: FeedforwardModel) -> FloatArray:
    """Return the outline without noise; nothing if the data set was replaced by examples of one's own."""
    choice = model.experiment.dataset
    if choice.name != "outline":
        return np.empty((0, 2))
    try:
        options = convert(choice.options_dict(), OutlineOptions, place="dataset")
    except ExperimentError:
        return np.empty((0, 2))
    return outline(options.shape, options.points, T)


@lru_cache(maxsize=16)
def best_fits(data: Data, most: int = MOST_HARMONICS) -> tuple[Fit, ...]:
    """Return the least-squares fits of the training points with 1, 2 ... harmonics."""
    return fits(_points(data.training), _points(data.validation), most)


def _points(examples: ExampleSet) -> tuple[FloatArray, FloatArray]:
    return parameter_of(examples.inputs), examples.targets


def fits_words(found: Sequence[Fit]) -> str:
    """Say how the best possible error falls, and where validation is best."""
    first, last = found[0], found[-1]
    said = (
        f"With {first.n_parameters} parameters the best possible error is {error_text(first.training)}, with "
        f"{last.n_parameters} it is {error_text(last.training)}."
    )
    between = [fit.validation for fit in found]
    if np.all(np.isfinite(between)):
        least = found[int(np.argmin(np.round(between, 9)))]
        said += (
            f" Between the points it is smallest with {least.n_parameters} parameters: {error_text(least.validation)}."
        )
    return said


def fits_table(found: Sequence[Fit]) -> Table:
    """Return the errors of the best fits."""
    rows = tuple((fit.harmonics, fit.n_parameters, fit.training, fit.validation) for fit in found)
    headings = ("harmonics", "parameters", "training error", "validation error")
    note = "Root of the mean squared distance, with the weights of least squares."
    return Table("Best possible fits", headings, rows, note)


def drawings_table(drawings: Sequence[Drawing]) -> Table:
    """Return parameters and errors of the tracks."""
    rows = tuple(
        (
            d.name,
            d.harmonics,
            d.n_parameters,
            d.training,
            d.validation,
            float("nan") if d.best is None else d.best.training,
        )
        for d in drawings
    )
    headings = ("track", "harmonics", "parameters", "training error", "validation error", "best possible")
    return Table("Outlines of the tracks", headings, rows)
