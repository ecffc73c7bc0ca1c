"""Finding the CMU face images in a folder tree, in Mitchell's archives, or in the zip that holds those.

Whatever holds them is read into memory and nothing is unpacked to disk. The quarter-size images are preferred; where
there are none, the full-size ones are reduced by the mean of 4 x 4 pixels. All 624 must be there and whole.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import DataError
from nlcore.faces import names, pgm
from nlcore.faces.archives import MAX_ARCHIVE, Member, is_archive, members, read_file
from nlcore.records import FloatArray, read_only

Size = Literal["quarter", "full"]
SHAPES: Final[Mapping[Size, tuple[int, int]]] = {"quarter": names.QUARTER_SHAPE, "full": names.FULL_SHAPE}
MAX_DEPTH: Final = 3
MAX_ENTRIES: Final = 20_000
ARCHIVE_ENDINGS: Final = (".tar.gz", ".tgz", ".tar", ".zip")

MOST_INNER = 8
"""Archives within a zip; the public one has two."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Face images in one tree or archive, found by name but not yet read.

    Attributes
    ----------
    where : str
        The tree or the archive.
    quarter, full : dict of str to Member
        Stem of the name to the file, for the two sizes.
    """

    where: str
    quarter: dict[str, Member] = field(default_factory=dict)
    full: dict[str, Member] = field(default_factory=dict)

    def of_size(self, size: Size) -> dict[str, Member]:
        """Return the images of one size."""
        return self.quarter if size == "quarter" else self.full

    def __bool__(self) -> bool:
        """Tell whether any image was found."""
        return bool(self.quarter or self.full)


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The 624 images at 30 x 32 pixels.

    Attributes
    ----------
    where : str
        The tree or archive they were read from.
    pixels : dict of str to ndarray, shape (30, 32)
        Stem of the name to grey values 0..255, read-only.
    reduced : int
        How many were reduced from full size.
    """

    where: str
    pixels: Mapping[str, FloatArray]
    reduced: int = 0


def reduce_by_4(image: NDArray[np.generic]) -> FloatArray:
    """Return the means of 4 x 4 pixels.

    Parameters
    ----------
    image : ndarray, shape (..., rows, columns)
        Rows and columns must be multiples of 4.
    """
    *front, rows, columns = image.shape
    blocks = image.astype(np.float64).reshape(*front, rows // 4, 4, columns // 4, 4)
    means: FloatArray = blocks.mean(axis=(-3, -1))
    return means


def collections(path: Path) -> Iterator[Collection]:
    """Find face images at a path: the file itself, or in a folder the tree, then the archives.

    Parameters
    ----------
    path : Path
        A folder or a file.

    Yields
    ------
    Collection
        Each holds at least one image; the ones with quarter-size images come first as far as names tell.

    Raises
    ------
    DataError
        If something there cannot be read or is broken.
    """
    if path.is_file():
        yield from _in_file(path)
        return
    tree = _collect(str(path), _tree_members(path))
    if tree:
        yield tree
    for entry in sorted(_scan(path), key=lambda entry: _preference(entry.name)):
        if _looks_like_archive(entry.name) and entry.is_file():
            yield from _in_file(Path(entry.path))


def read(path: Path) -> Faces | None:
    """Read the images at a path; None if nothing there looks like them.

    Raises
    ------
    DataError
        If they are incomplete, broken or cannot be read; the message names the file.
    """
    for collection in collections(path):
        return _decode_all(collection)
    return None


def read_full_size(path: Path, stem: str) -> NDArray[np.uint8] | None:
    """Return one image at 120 x 128 pixels; None where the path holds no full-size images."""
    for collection in collections(path):
        if stem in collection.full:
            return _decode(collection.full[stem], "full")
    return None


def pixel_digest(images: Iterable[NDArray[np.uint8]]) -> str:
    """Return the SHA-256 of the pixels of images one after another."""
    digest = hashlib.sha256()
    for image in images:
        digest.update(image.tobytes())
    return digest.hexdigest()


def pixel_digests(collection: Collection) -> dict[Size, str]:
    """Return the digest over the 624 images in sorted order of their names, for each size that is there."""
    found: dict[Size, str] = {}
    for size in SHAPES:
        files = collection.of_size(size)
        if files:
            _require_all(collection.where, files)
            found[size] = pixel_digest(_decode(files[stem], size) for stem in sorted(files))
    return found


def _decode(member: Member, size: Size) -> NDArray[np.uint8]:
    return pgm.decode(member.read(pgm.MAX_BYTES), member.where, SHAPES[size])


def _decode_all(collection: Collection) -> Faces:
    _require_all(collection.where, {**collection.full, **collection.quarter})
    pixels: dict[str, FloatArray] = {}
    reduced = 0
    for stem in sorted(names.stems()):
        if stem in collection.quarter:
            image = _decode(collection.quarter[stem], "quarter").astype(np.float64)
        else:
            image = reduce_by_4(_decode(collection.full[stem], "full"))
            reduced += 1
        pixels[stem] = read_only(image)
    return Faces(collection.where, pixels, reduced)


def _require_all(where: str, found: Iterable[str]) -> None:
    missing = sorted(names.stems().difference(found))
    if missing:
        raise DataError(
            f"{where} lacks {len(missing)} of the {len(names.stems())} face images, "
            f"for example {missing[0]}; get the images again"
        )


def _collect(where: str, files: Iterable[Member]) -> Collection:
    found = Collection(where)
    for member in files:
        parsed = names.parse(member.name)
        if parsed is None or parsed[0].stem not in names.stems():
            continue
        if parsed[1] == 4:
            found.quarter.setdefault(parsed[0].stem, member)
        elif parsed[1] == 1:
            found.full.setdefault(parsed[0].stem, member)
    return found


def _preference(name: str) -> tuple[bool, bool, str]:
    """Order archives: quarter-size ones first, then tarballs, then zips."""
    return ("_4" not in name, name.lower().endswith(".zip"), name)


def _looks_like_archive(name: str) -> bool:
    return "face" in name.lower() and name.lower().endswith(ARCHIVE_ENDINGS)


def _in_file(path: Path) -> Iterator[Collection]:
    data = read_file(path, MAX_ARCHIVE)
    if len(data) > MAX_ARCHIVE:
        if is_archive(data[:512]):
            raise DataError(f"{path} is larger than an archive of faces can be; it was not read")
        return
    if is_archive(data[:512]):
        yield from in_archive(data, str(path))
    elif _looks_like_archive(path.name):
        raise DataError(f"{path} is not a zip or tar archive, as its name says; download it again")


def in_archive(data: bytes, where: str) -> Iterator[Collection]:
    """Find face images in an archive, and in the tarballs inside a zip.

    Yields
    ------
    Collection
        Each holds at least one image.

    Raises
    ------
    DataError
        If the archive is broken or larger than an archive of faces can be.
    """
    files = members(data, where)
    found = _collect(where, files)
    if found:
        yield found
    if data[:2] != b"PK":
        return
    inner = [member for member in files if _looks_like_archive(member.name) and not member.name.endswith(".zip")]
    if len(inner) > MOST_INNER:
        raise DataError(
            f"{where} holds {len(inner)} archives; one of faces holds at most {MOST_INNER}. It was not read"
        )
    for member in sorted(inner, key=lambda member: _preference(member.name)):
        unpacked = member.read(MAX_ARCHIVE)
        if len(unpacked) > MAX_ARCHIVE:
            raise DataError(f"{member.where} is larger than an archive of faces can be; it was not read")
        found = _collect(member.where, members(unpacked, member.where))
        if found:
            yield found


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"the folder {folder} cannot be read: {reason}; check its permissions") from None


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files below a folder, a few levels deep, each folder once even where links make a loop."""
    seen: set[tuple[int, int]] = set()
    waiting = [(folder, 0)]
    count = 0
    while waiting:
        here, depth = waiting.pop(0)
        try:
            status = here.stat()
        except OSError:
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        try:
            entries = _scan(here)
        except DataError:
            if depth == 0 or here.name in names.userids():
                raise
            continue  # somebody else's folder
        for entry in entries:
            count += 1
            if count > MAX_ENTRIES:
                return
            try:
                if entry.is_dir():
                    if depth < MAX_DEPTH and not entry.name.startswith("."):
                        waiting.append((Path(entry.path), depth + 1))
                elif entry.is_file():
                    yield entry
            except OSError:  # a link that leads to itself
                continue


def _tree_members(folder: Path) -> Iterator[Member]:
    for entry in walk(folder):
        if entry.name.endswith(".pgm"):
            path = Path(entry.path)

            def read(limit: int, path: Path = path) -> bytes:
                return read_file(path, limit)

            yield Member(entry.name, str(path), read)
