"""The 624 face images of the lecture: where a head looks, who it is, whether it wears sunglasses, and how it feels.

The images are Mitchell's CMU Face Images where the person has them, and heads drawn by this program where not; `source`
says which. Inputs are grey values / 255, targets 0.9 and 0.1 (or another coding), the sets and their order are those of
Mitchell's lists (Mitchell 1997, pp. 112-116; lecture, "A practical application: Face Recognition").
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore import random
from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.datasets._coding import CODES, Coding, midpoint
from nlcore.datasets._watch import Cancelled, Progress, watching
from nlcore.errors import DataError
from nlcore.experiment import Record
from nlcore.faces import heads, names, places
from nlcore.faces.names import FaceName, ListKind
from nlcore.faces.sources import Faces
from nlcore.records import FloatArray

Task = Literal["pose", "sunglasses", "expression", "person"]
LISTS: Final[dict[Task, ListKind]] = {
    "pose": "all",
    "sunglasses": "straightrnd",
    "expression": "all",
    "person": "straighteven",
}
POSE_ORDER: Final = ("left", "straight", "right", "up")
ATTRIBUTION: Final = "CMU Face Images: Tom Mitchell, Carnegie Mellon University; UCI KDD Archive, 1999."
DRAWN: Final = "These are drawn heads, not photographs: this program made them."
NOT_FOUND: Final = "The CMU face images were not found on this computer."
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]


class FaceOptions(Record, frozen=True):
    """What is to be recognised, in which images, and how they are divided into sets."""

    task: Annotated[Task, Meta(description="What the outputs stand for.")] = "pose"
    source: Annotated[
        Literal["auto", "cmu", "synthetic"],
        Meta(description="The CMU images, drawn heads, or the first of them that is there."),
    ] = "auto"
    split: Annotated[
        Literal["lists", "random"],
        Meta(description="Sets by Mitchell's lists, or drawn at random from the same images."),
    ] = "lists"
    lists: Annotated[
        ListKind | None,
        Meta(description="Which of Mitchell's lists: all poses, or straight ones divided at random or evenly."),
    ] = None
    split_seed: Annotated[int, Meta(ge=0, le=2**53, description="The random split follows from it.")] = 1
    training_fraction: Annotated[Fraction, Meta(description="Share of the images for training, random split.")] = 0.45
    validation_fraction: Annotated[Fraction, Meta(description="Share for validation; the rest is for testing.")] = 0.2
    coding: Coding = "tenth_nine_tenths"
    outputs: Annotated[
        Literal["one_of_n", "one"],
        Meta(description="One output for each class, or a single one for all, on which they lie in a row."),
    ] = "one_of_n"
    seed: Annotated[int, Meta(ge=0, le=2**53, description="The drawn heads' scenes follow from it.")] = heads.SEED

    def __post_init__(self) -> None:
        """Check that the shares leave something to train on, and are not more than the whole."""
        if self.training_fraction <= 0.0:
            raise ValueError("training_fraction must be above 0, there is nothing to train on")
        if self.training_fraction + self.validation_fraction > 1.0 + 1e-9:
            raise ValueError("training_fraction and validation_fraction are together more than 1")


def load(options: FaceOptions, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Data:
    """Return the images as examples of a task.

    Parameters
    ----------
    options : FaceOptions
        Which images and what for.
    progress : callable, optional
        Told how many heads are drawn, where they have to be.
    cancelled : callable, optional
        Asked after each head whether to stop.

    Raises
    ------
    DataError
        If images are asked for that are not there, or the ones that are there are broken.
    CancelledError
        If it was cancelled.
    """
    faces, notes = _faces(options)
    with heads.watched(watching("drawing the heads", progress, cancelled)):
        pixels = heads.quarter_size(options.seed) if faces is None else faces.pixels
    values = class_values(options)
    class_names = classes(options.task)
    sets = _sets(options)
    training, validation, test = (_examples(part, pixels, options) for part in sets)
    rows, columns = names.QUARTER_SHAPE
    return Data(
        name="faces",
        source="synthetic" if faces is None else "cmu",
        training=training,
        validation=validation,
        test=test,
        input_names=tuple(f"row {r + 1} column {c + 1}" for r in range(rows) for c in range(columns)),
        output_names=(options.task,) if values or options.task == "sunglasses" else class_names,
        class_names=None if values else class_names,
        midpoint=midpoint(options.coding),
        image_shape=names.QUARTER_SHAPE,
        attribution="" if faces is None else ATTRIBUTION,
        notes=notes + _in_a_row(options.task, values) + _empty(options, sets),
    )


def classes(task: Task) -> tuple[str, ...]:
    """Return the classes of a task, in the order of the outputs; for sunglasses the low and the high one."""
    if task == "pose":
        return POSE_ORDER
    if task == "expression":
        return names.EXPRESSIONS
    return names.EYES if task == "sunglasses" else names.userids()


def class_values(options: FaceOptions) -> dict[float, str]:
    """Return which target stands for which class where a single output codes several; else nothing.

    The k-th of n classes, counted from 0, is (k + 1) / (n + 1). Sunglasses are a matter of yes or no, for which one
    output is enough: low and high stay what they are.
    """
    if options.outputs == "one_of_n" or options.task == "sunglasses":
        return {}
    found = classes(options.task)
    return {(k + 1) / (len(found) + 1): one for k, one in enumerate(found)}


def full_size(name: str, options: FaceOptions) -> NDArray[np.uint8] | None:
    """Return an example's image at 120 x 128 pixels, before it was reduced.

    Parameters
    ----------
    name : str
        The example's name.
    options : FaceOptions
        Those of the data set.

    Returns
    -------
    ndarray or None
        None where the person has only the small images.
    """
    if name not in names.stems():
        raise DataError(f"there is no face image named {name!r}")
    faces, _ = _faces(options)
    return heads.full_size(name, options.seed) if faces is None else places.full_size(name)


def _faces(options: FaceOptions) -> tuple[Faces | None, tuple[str, ...]]:
    if options.source == "synthetic":
        return None, (DRAWN,)
    faces, notes = places.find_faces()
    if faces is None and options.source == "cmu":
        looked = " ".join(notes) or "Nothing has been downloaded."
        raise DataError(
            f"the CMU face images were not found: {looked} Download them (nllab data get faces), set {places.VARIABLE} "
            "to their folder, or use the drawn heads (source = synthetic)"
        )
    if faces is None:
        return None, (DRAWN, NOT_FOUND, *notes)
    if faces.reduced:
        notes = (*notes, f"{faces.reduced} images were reduced from full size by the mean of 4 x 4 pixels.")
    return faces, notes


def _sets(options: FaceOptions) -> tuple[tuple[FaceName, ...], ...]:
    kind = options.lists or LISTS[options.task]
    by_list = tuple(names.face_list(kind, part) for part in names.PARTS)
    if options.split == "lists":
        return by_list
    pool = sorted(name for part in by_list for name in part)
    order = random.permutation(random.key(random.SPLIT, options.split_seed), len(pool))
    mixed = tuple(pool[i] for i in order)
    first = max(1, round(options.training_fraction * len(pool)))
    second = min(len(pool), first + round(options.validation_fraction * len(pool)))
    return mixed[:first], mixed[first:second], mixed[second:]


def _in_a_row(task: Task, values: dict[float, str]) -> tuple[str, ...]:
    """Say which number stands for what, where numbers do."""
    said = ", ".join(f"{value:.3g} {name}" for value, name in values.items())
    return (f"The single output is a number for each {task}: {said}.",) if values else ()


def _empty(options: FaceOptions, sets: tuple[tuple[FaceName, ...], ...]) -> tuple[str, ...]:
    """Say of a set that a random split was asked for but that is empty that it is."""
    n, rest = sum(map(len, sets)), 1.0 - options.training_fraction - options.validation_fraction
    asked = (("validation", options.validation_fraction, sets[1]), ("test", rest, sets[2]))
    return tuple(
        f"The {name} set is empty: {fraction:.4g} of {n} images is less than one."
        for name, fraction, part in asked
        if options.split == "random" and fraction > 1e-9 and not part
    )


def _examples(chosen: tuple[FaceName, ...], pixels: heads.Pixels, options: FaceOptions) -> ExampleSet:
    stems = tuple(name.stem for name in chosen)
    rows, columns = names.QUARTER_SHAPE
    targets = _targets(chosen, options)
    if not stems:
        return no_examples(rows * columns, targets.shape[1])
    inputs = np.array([pixels[stem] for stem in stems]).reshape(len(stems), rows * columns) / 255.0
    return ExampleSet.of(inputs, targets, stems)


def _targets(chosen: tuple[FaceName, ...], options: FaceOptions) -> FloatArray:
    low, high = CODES[options.coding]
    task, found = options.task, classes(options.task)
    if task == "sunglasses":
        coded = [[high if name.eyes == "sunglasses" else low] for name in chosen]
        return np.array(coded).reshape(len(chosen), 1)
    said = [{"pose": name.pose, "expression": name.expression, "person": name.userid}[task] for name in chosen]
    values = {one: value for value, one in class_values(options).items()}
    if values:
        return np.array([[values[one]] for one in said]).reshape(len(chosen), 1)
    return np.array([[high if one == other else low for other in found] for one in said]).reshape(-1, len(found))


DATASET = Dataset(
    "faces",
    "Faces",
    "Mitchell's 624 face images, or drawn heads where they are not at hand: pose, person, expression or sunglasses.",
    FaceOptions,
    load,
    reports=True,
    larger=full_size,
    values=class_values,
)
