"""Finds pictures in a folder and reads one as grey values, whatever a stranger put there.

Only PGM, PPM, PNG and JPEG are opened, a picture's size is looked at before its pixels, links to folders are not
followed, and a picture that is broken is an error that names the file.
"""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from nlcore.datasets._watch import Watch
from nlcore.errors import DataError
from nlcore.records import FloatArray

SUFFIXES: Final = frozenset({".pgm", ".ppm", ".png", ".jpg", ".jpeg"})
FORMATS: Final = ("PPM", "PNG", "JPEG")
MAX_FILES: Final = 100_000
MAX_BYTES: Final = 64 << 20
MAX_PIXELS: Final = 40_000_000
_PGM = re.compile(rb"P[2356](?:\s|#[^\r\n]*[\r\n])+\d+(?:\s|#[^\r\n]*[\r\n])+\d+(?:\s|#[^\r\n]*[\r\n])+(\d+)\s")


@dataclass(frozen=True, slots=True)
class Picture:
    """Grey values of a picture.

    Attributes
    ----------
    grey : ndarray, shape (rows, columns)
        From 0 to 1.
    size : tuple of int
        (rows, columns) in the file.
    colours, deep, rescaled : bool
        Whether it had colours, 16 bits a pixel, or a header that states another largest value than 255.
    """

    grey: FloatArray
    size: tuple[int, int]
    colours: bool
    deep: bool
    rescaled: bool


def find(folder: Path, watch: Watch) -> tuple[list[Path], list[Path]]:
    """Return the pictures below a folder, in order of their paths, and the other files.

    Parameters
    ----------
    folder : Path
        Where to look.
    watch : callable
        Called in each folder below, to stop if that is wanted.

    Raises
    ------
    DataError
        If there is no such folder, it may not be read, or it holds far too many files.
    """
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise error

    try:
        if not folder.exists():
            raise DataError(f"{folder} does not exist; choose another folder")
        if not folder.is_dir():
            raise DataError(f"{folder} is not a folder; choose the one that holds the images")
        for place, folders, names in os.walk(folder, onerror=refuse, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found += [Path(place, name) for name in names if not name.startswith(".")]
            if len(found) > MAX_FILES:
                raise DataError(f"{folder} holds more than {MAX_FILES:,} files; choose a smaller folder")
            watch(0, None)
        found = sorted(path for path in found if path.is_file())
    except OSError as error:
        reason = error.strerror or error
        raise DataError(
            f"{error.filename or folder} cannot be read: {reason}; check its name and permissions"
        ) from None
    pictures = [path for path in found if path.suffix.lower() in SUFFIXES]
    return pictures, [path for path in found if path.suffix.lower() not in SUFFIXES]


def read(
    path: Path, shape: tuple[int, int] | None, *, most: int | None = None, advice: str = "take it out of the folder"
) -> Picture:
    """Read one picture, reduced or enlarged to a shape if one is given.

    Parameters
    ----------
    path : Path
        The file.
    shape : tuple of int or None
        (rows, columns); None to leave it as it is.
    most : int, optional
        Without a shape: reduce it so that its longer side has no more pixels than this.
    advice : str
        What a person can do about a picture that cannot be used.

    Raises
    ------
    DataError
        If it is broken, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow finds odd is either an error below, or harmless
            with Image.open(path, formats=FORMATS) as image:
                return _grey(path, image, shape, most, advice)
    except (DataError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise DataError(f"{path} is too large (far more than {MAX_PIXELS:,} pixels); {advice}") from None
    except FileNotFoundError:
        raise DataError(f"{path} was there a moment ago and is gone; load the folder again") from None
    except PermissionError:
        raise DataError(f"{path} may not be read; change its permissions, or {advice}") from None
    except Exception as error:  # Pillow raises many kinds
        said = "it is no such image" if isinstance(error, UnidentifiedImageError) else str(error)
        raise DataError(f"{path} cannot be read as an image ({said}); {advice}") from None


def _grey(path: Path, image: Image.Image, shape: tuple[int, int] | None, most: int | None, advice: str) -> Picture:
    if image.width * image.height > MAX_PIXELS or path.stat().st_size > MAX_BYTES:
        large = f"{image.width} x {image.height} pixels, {path.stat().st_size:,} bytes"
        raise DataError(f"{path} is too large ({large}); {advice}")
    mode = image.mode
    deep = mode == "I" or mode.startswith("I;16")
    if mode == "F":
        raise DataError(f"{path} has pixels that are not grey values; {advice}")
    rescaled = image.format == "PPM" and not deep and _other_maximum(path)
    upright = ImageOps.exif_transpose(image)
    size = (upright.height, upright.width)
    if deep:
        flat = Image.fromarray((np.asarray(upright, dtype=np.float64) / 65535.0).astype(np.float32))
    else:
        flat = upright.convert("L")
    if shape is None and most is not None and max(size) > most:
        shape = (max(1, round(size[0] * most / max(size))), max(1, round(size[1] * most / max(size))))
    if shape is not None and size != shape:
        flat = flat.resize((shape[1], shape[0]), Image.Resampling.BOX)
    values = np.asarray(flat, dtype=np.float64)
    grey = values if deep else values / 255.0
    return Picture(grey, size, mode not in ("1", "L", "LA") and not deep, deep, rescaled)


def _other_maximum(path: Path) -> bool:
    with path.open("rb") as file:
        match = _PGM.match(file.read(4096))
    return match is not None and int(match[1]) != 255
