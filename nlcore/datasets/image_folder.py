"""A folder of one's own pictures: each becomes an example, its pixels the inputs, its folder or name the class.

Pictures are turned to grey values from 0 to 1 and, if rows and columns are given, resized by averaging. Whatever was
changed or left out is said in the notes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _checks, _classified, _coding, _memory, _pictures, _split
from nlcore.datasets._classified import Classified, pixel_names
from nlcore.datasets._coding import Coding
from nlcore.datasets._pictures import Picture
from nlcore.datasets._split import SplitOptions
from nlcore.datasets._watch import Cancelled, Progress, Watch, watching
from nlcore.errors import DataError
from nlcore.records import FloatArray

NO_PIXELS: Final = np.empty((0, 0))
Side = Annotated[int, Meta(ge=1, le=512)]


class ImageFolderOptions(SplitOptions, frozen=True):
    """Which folder, where a picture's class stands, and how large the pictures are made."""

    path: Annotated[str, Meta(description="The folder.")] = ""
    label: Annotated[
        Literal["folder", "name"], Meta(description="Whether the subfolder or the file's name says the class.")
    ] = "folder"
    label_part: Annotated[
        int, Meta(ge=1, le=100, description="Which part of the file's name is the class, from 1, for label = name.")
    ] = 1
    separator: Annotated[
        str, Meta(min_length=1, max_length=10, description="What stands between the parts of the name.")
    ] = "_"
    rows: Annotated[Side | None, Meta(description="Resize to so many rows; with columns.")] = None
    columns: Annotated[
        Side | None, Meta(description="Resize to so many columns; without both, images must be of one size.")
    ] = None
    coding: Coding = "tenth_nine_tenths"
    validation_fraction: _split.ValidationFraction = 0.2
    test_fraction: _split.TestFraction = 0.2
    standardise: Annotated[bool, Meta(description="Standardise each pixel by the training set.")] = False

    def __post_init__(self) -> None:
        """Refuse a height without a width."""
        super().__post_init__()
        if (self.rows is None) != (self.columns is None):
            raise ValueError("rows and columns belong together; give both or none")


class Labelled(NamedTuple):
    """A picture's file, its path inside the folder, and its class."""

    path: Path
    name: str
    label: str


def load(
    options: ImageFolderOptions,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Data:
    """Read the pictures of a folder.

    Parameters
    ----------
    options : ImageFolderOptions
        The folder and how to read it.
    progress : callable, optional
        Told how many pictures are read, and how many there are.
    cancelled : callable, optional
        Asked after each picture whether to stop.

    Raises
    ------
    DataError
        If there is nothing to learn from, or a picture is broken; the message names it.
    CancelledError
        If it was cancelled.
    """
    if not options.path:
        raise DataError("dataset.path: no folder was chosen; choose one")
    folder = _checks.place(options.path)
    watch = watching("reading the images", progress, cancelled)
    pictures, others = _pictures.find(folder, watch)
    found, notes = labelled(options, folder, pictures)
    notes = (*_skipped("is not an image", [path.name for path in others]), *notes)
    class_names = tuple(sorted({picture.label for picture in found}))
    _coding.check_classes(class_names, f"{folder.name}: the {options.label} of the images")
    inputs, shape, more = _read(options, found, watch)
    notes += more
    examples = Classified(
        inputs=inputs,
        classes=np.array([class_names.index(picture.label) for picture in found]),
        names=[picture.name for picture in found],
        input_names=pixel_names(shape),
        class_names=class_names,
        what="images",
        image_shape=shape,
    )
    return _classified.data(
        "image_folder",
        folder.name,
        examples,
        options,
        options.coding,
        standardise=options.standardise,
        notes=notes,
    )


def labelled(options: ImageFolderOptions, folder: Path, pictures: list[Path]) -> tuple[list[Labelled], tuple[str, ...]]:
    """Find each picture's class, and leave out those without one."""
    if not pictures:
        raise DataError(f"{folder} holds no PGM, PPM, PNG or JPEG images; choose another folder")
    found, without = [], []
    for path in pictures:
        inside = path.relative_to(folder)
        if options.label == "folder":
            label = inside.parts[0] if len(inside.parts) > 1 else ""
        else:
            said = path.stem.split(options.separator)
            label = said[options.label_part - 1] if len(said) >= options.label_part else ""
        if label:
            found.append(Labelled(path, inside.as_posix(), label))
        else:
            without.append(inside.as_posix())
    why = "lies in no subfolder" if options.label == "folder" else f"has no part {options.label_part} in its name"
    if not found:
        other = "name" if options.label == "folder" else "folder"
        raise DataError(f"{folder.name}: no image has a class, {without[0]} {why}; set label = {other}")
    return found, _skipped(f"{why} and has no class", without)


def _skipped(why: str, names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    more = f", and {_checks.counted(len(names) - 1, 'more file')} like it" if names[1:] else ""
    return (f"Left out: {names[0]} {why}{more}.",)


def _read(
    options: ImageFolderOptions, labelled: list[Labelled], watch: Watch
) -> tuple[FloatArray, tuple[int, int], tuple[str, ...]]:
    """Return the pixels of all pictures, a row each, their shape, and what was changed."""
    wanted = (options.rows, options.columns) if options.rows and options.columns else None
    pictures: list[Picture] = []
    inputs, shape = NO_PIXELS, (0, 0)
    for i, one in enumerate(labelled):
        picture = _pictures.read(one.path, wanted)
        if i == 0:
            shape = (picture.grey.shape[0], picture.grey.shape[1])
            what = f"{_checks.counted(len(labelled), 'image')} of {shape[0]} x {shape[1]} pixels are"
            _memory.require(len(labelled) * picture.grey.size, what, "make rows and columns smaller")
            inputs = np.empty((len(labelled), picture.grey.size))
        if picture.grey.shape != shape:
            raise DataError(
                f"{one.name} has {picture.size[0]} rows and {picture.size[1]} columns, but {labelled[0].name} has "
                f"{shape[0]} and {shape[1]}; set rows and columns to resize them all"
            )
        inputs[i] = picture.grey.ravel()
        pictures.append(replace(picture, grey=NO_PIXELS))
        watch(i + 1, len(labelled))
    return inputs, shape, _changes(pictures, labelled, wanted)


def _changes(pictures: list[Picture], labelled: list[Labelled], wanted: tuple[int, int] | None) -> tuple[str, ...]:
    """Say in sentences what was done to the pixels."""
    notes = ["Grey values were divided by the largest possible one, so they go from 0 to 1."]
    coloured = sum(picture.colours for picture in pictures)
    if coloured:
        notes.append(f"Colours were turned to grey values in {_checks.counted(coloured, 'image')}.")
    rescaled = sum(picture.rescaled for picture in pictures)
    if rescaled:
        files = _checks.counted(rescaled, "file")
        notes.append(f"Another largest grey value than 255 is stated in {files}, and was used.")
    resized = [i for i, picture in enumerate(pictures) if wanted is not None and picture.size != wanted]
    if resized and wanted is not None:
        size = pictures[resized[0]].size
        images = _checks.counted(len(resized), "image")
        notes.append(
            f"Resized by averaging to {wanted[0]} rows and {wanted[1]} columns: {images}, for example "
            f"{labelled[resized[0]].name} from {size[0]} x {size[1]}."
        )
    return tuple(notes)


DATASET = Dataset(
    "image_folder",
    "Pictures from a folder",
    "A folder of your own PGM, PNG or JPEG pictures.",
    ImageFolderOptions,
    load,
    reports=True,
)
