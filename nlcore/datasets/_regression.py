"""From sampled inputs and number targets to sets of examples, for the generated regression data sets."""

from __future__ import annotations

from nlcore.datasets import Data, _scaling, _split
from nlcore.datasets._split import SplitOptions
from nlcore.records import FloatArray


def middle(targets: FloatArray) -> float:
    """Return the number halfway between the smallest and the largest target."""
    return float(0.5 * targets.min() + 0.5 * targets.max())


def data(
    name: str,
    options: SplitOptions,
    inputs: FloatArray,
    targets: FloatArray,
    notes: tuple[str, ...],
    *,
    standardise: bool = False,
) -> Data:
    """Divide examples with number targets into sets.

    Parameters
    ----------
    name : str
        The data set's name.
    options : SplitOptions
        Shares and seed.
    inputs : ndarray, shape (n, n_inputs)
        Called x, or x1, x2 and so on.
    targets : ndarray, shape (n,)
        Called y.
    notes : tuple of str
        What should be known.
    standardise : bool
        Whether the inputs are standardised by the training set.
    """
    parts = _split.by_fraction(len(inputs), options, "points")
    n_inputs = inputs.shape[1]
    names = ("x",) if n_inputs == 1 else tuple(f"x{i + 1}" for i in range(n_inputs))
    sets = _split.example_sets(parts, inputs, targets[:, None])
    scaled = _scaling.prepare(sets, names, standardised=standardise, are_pixels=False)
    training, validation, test = scaled.sets
    return Data(
        name=name,
        source="synthetic",
        training=training,
        validation=validation,
        test=test,
        input_names=scaled.input_names,
        output_names=("y",),
        class_names=None,
        midpoint=middle(training.targets),
        notes=(*notes, *scaled.notes, *_split.notes(parts, options, "points")),
        scaling=scaled.scaling,
    )
