"""What a folder of pictures would become as a data set, from their names and some of them: for a person who decides.

Names and sizes are looked at, and a few pictures are read, so this is quick however large the folder is. Where the
classes stand and to which size pictures are best made is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image

from nlcore.datasets import _checks, _coding, _pictures, _split, image_folder
from nlcore.datasets._watch import Watch, watching
from nlcore.datasets.image_folder import ImageFolderOptions, Labelled
from nlcore.errors import LabError
from nlcore.records import FloatArray

THUMBNAILS: Final = 24
MEASURED: Final = 200
"""Of so many pictures the size is looked at."""
LARGE: Final = 4096
"""Pictures of more pixels are better made smaller."""
SIDE: Final = 32


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture as it would be shown to the network: its name, its class, its grey values from 0 to 1."""

    name: str
    label: str
    grey: FloatArray


@dataclass(frozen=True, slots=True)
class FolderPreview:
    """What a folder of pictures would become.

    Attributes
    ----------
    options : ImageFolderOptions
        With everything decided that was to be guessed.
    counts : tuple of (str, int)
        Each class with its number of pictures.
    sizes : tuple of ((int, int), int)
        Rows and columns that were met, with the number of pictures, the commonest first.
    thumbnails : tuple of Thumbnail
        Some of them, of all classes.
    notes : tuple of str
        What was left out.
    problem : str
        Why they cannot be used as they are; empty if they can.
    """

    options: ImageFolderOptions
    counts: tuple[tuple[str, int], ...] = ()
    sizes: tuple[tuple[tuple[int, int], int], ...] = ()
    thumbnails: tuple[Thumbnail, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns that the network would get; None if that is not clear."""
        if self.options.rows and self.options.columns:
            return self.options.rows, self.options.columns
        return self.sizes[0][0] if len(self.sizes) == 1 else None


def look(
    options: ImageFolderOptions, guessed: Collection[str] = (), cancelled: Callable[[], bool] | None = None
) -> FolderPreview:
    """Look at a folder of pictures.

    Parameters
    ----------
    options : ImageFolderOptions
        How it is to be read.
    guessed : collection of str
        Which of "label" and "size" are to be found out.
    cancelled : callable, optional
        Asked whether to stop.

    Raises
    ------
    CancelledError
        If it was cancelled.
    """
    preview = FolderPreview(options)
    watch = watching("looking at the images", None, cancelled)
    try:
        folder = _checks.place(options.path)
        pictures, _ = _pictures.find(folder, watch)
        if "label" in guessed and pictures:
            has_folders = any(len(path.relative_to(folder).parts) > 1 for path in pictures)
            options = msgspec.structs.replace(options, label="folder" if has_folders else "name")
        sizes = _sizes(pictures, watch)
        if "size" in guessed and sizes:
            rows, columns = _wanted(sizes)
            options = msgspec.structs.replace(options, rows=rows, columns=columns)
        preview = FolderPreview(options, sizes=sizes)
        found, notes = image_folder.labelled(options, folder, pictures)
        counts = tuple(sorted(Counter(picture.label for picture in found).items()))
        preview = replace(preview, counts=counts, notes=notes)
        _coding.check_classes(tuple(label for label, _ in counts), f"{folder.name}: the {options.label} of the images")
        _split.by_fraction(len(found), options, "images")
        preview = replace(preview, thumbnails=_thumbnails(options, found, counts, watch))
    except LabError as error:
        if cancelled is not None and cancelled():
            raise
        return replace(preview, problem=str(error))
    if preview.shape is None:
        said = " and ".join(f"{rows} x {columns}" for (rows, columns), _ in preview.sizes[:3])
        return replace(
            preview, problem=f"the images are of different sizes ({said}); set rows and columns to resize them all"
        )
    if len(preview.counts) > 2 and all(n == 1 for _, n in preview.counts):
        return replace(preview, problem="every image has a class of its own; choose what the class of an image is")
    return preview


def _sizes(pictures: list[Path], watch: Watch) -> tuple[tuple[tuple[int, int], int], ...]:
    """Count the sizes of some pictures, spread over all of them; what cannot be opened is told when it is read."""
    found: Counter[tuple[int, int]] = Counter()
    for path in pictures[:: max(1, len(pictures) // MEASURED)][:MEASURED]:
        watch(0, None)
        size = _size(path)
        if size is not None:
            found[size] += 1
    return tuple(found.most_common())


def _size(path: Path) -> tuple[int, int] | None:
    try:
        with Image.open(path, formats=_pictures.FORMATS) as image:
            return image.height, image.width
    except Exception:  # Pillow raises many kinds, and a broken picture is told with its name when it is read
        return None


def _wanted(sizes: tuple[tuple[tuple[int, int], int], ...]) -> tuple[int | None, int | None]:
    """Return the size that all pictures should get; none if they are all alike and small."""
    rows, columns = sizes[0][0]
    if len(sizes) == 1 and rows * columns <= LARGE:
        return None, None
    factor = min(1.0, SIDE / max(rows, columns))
    return max(1, round(rows * factor)), max(1, round(columns * factor))


def _thumbnails(
    options: ImageFolderOptions, found: list[Labelled], counts: tuple[tuple[str, int], ...], watch: Watch
) -> tuple[Thumbnail, ...]:
    """Read some pictures, as many of each class as of the others."""
    wanted = (options.rows, options.columns) if options.rows and options.columns else None
    each = max(1, THUMBNAILS // max(1, len(counts)))
    taken: Counter[str] = Counter()
    thumbnails: list[Thumbnail] = []
    for picture in found:
        if len(thumbnails) == THUMBNAILS:
            break
        if taken[picture.label] < each:
            taken[picture.label] += 1
            watch(0, None)
            grey = _pictures.read(picture.path, wanted).grey
            thumbnails.append(Thumbnail(picture.name, picture.label, grey))
    return tuple(thumbnails)
