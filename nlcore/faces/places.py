"""Where the CMU face images may be on this computer: three places, looked at in this order.

They are the environment variable ``NLLAB_DATA``, the folder chosen in the settings, and the cache into which this
program downloads. A place that holds nothing recognisable is skipped with a note; one that holds broken images is an
error.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import DataError
from nlcore.faces import sources
from nlcore.faces.sources import Faces

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Kind = Literal["NLLAB_DATA", "chosen folder", "cache"]
VARIABLE: Final = "NLLAB_DATA"
SUBFOLDERS: Final = ("", "faces", "cmu_faces")
KEPT: Final = 4
"""So many places' images stay in memory: 5 MB each."""
_lock = threading.Lock()
_loaded: OrderedDict[tuple[object, ...], Faces | None] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Place:
    """One place where the images may be.

    Attributes
    ----------
    kind : str
        How this program knows of it.
    path : Path
        The folder or file.
    found : bool
        Whether the images are there, all and whole.
    note : str
        One sentence: what is there, or what is wrong.
    """

    kind: Kind
    path: Path
    found: bool
    note: str


def cache_folder() -> Path:
    """Return the folder into which this program downloads the images; it may not exist."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("nllab")) / "faces"


def settings_file() -> Path:
    """Return the file that remembers the chosen folder; it may not exist."""
    import platformdirs

    return Path(platformdirs.user_config_dir("nllab")) / "data.toml"


def chosen_folder() -> Path | None:
    """Return the folder (or archive) chosen in the settings.

    Raises
    ------
    DataError
        If the settings file cannot be read.
    """
    file = settings_file()
    try:
        value = tomllib.loads(file.read_text(encoding="utf-8")).get("faces")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {_reason(error)}; choose the folder of the images again") from None
    if value is None:
        return None
    if not isinstance(value, str) or not value or "\0" in value:
        raise DataError(f"{file}: faces: expected the path of a folder; choose the folder of the images again")
    return Path(value)


def set_chosen_folder(path: Path | str | None) -> None:
    """Remember a folder (or archive) as the place of the images; None forgets it.

    Raises
    ------
    DataError
        If the settings file cannot be written.
    """
    import tomli_w

    file = settings_file()
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        if path is None:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(tomli_w.dumps({"faces": str(Path(path).absolute())}), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise DataError(f"{file} cannot be written: {_reason(error)}; check its permissions") from None


def places() -> list[Place]:
    """Return the places that are set, in the order in which they are used, and what is there."""
    return [_describe(kind, path) for kind, path in _where()]


def find_faces() -> tuple[Faces | None, tuple[str, ...]]:
    """Return the images from the first place that holds them, or None, and notes on what was skipped.

    Raises
    ------
    DataError
        If a place holds broken images.
    """
    notes: list[str] = []
    for kind, path in _where():
        if isinstance(path, DataError):
            notes.append(f"The chosen folder is not known: {path}.")
            continue
        faces = load(path)
        if faces is not None:
            return faces, tuple(notes)
        if kind != "cache":
            notes.append(_nothing(kind, path))
    return None, tuple(notes)


def full_size(stem: str) -> NDArray[np.uint8] | None:
    """Return one image at 120 x 128 pixels from the place in use, or None if it has only small ones."""
    for _, path in _where():
        if isinstance(path, DataError):
            continue
        for candidate in _candidates(path):
            if load_at(candidate) is not None:
                return sources.read_full_size(candidate, stem)
    return None


def load(path: Path) -> Faces | None:
    """Return the images at a path, in ``faces`` or in ``cmu_faces`` below it; None if nothing is recognised.

    Raises
    ------
    DataError
        If what is there is broken, incomplete or cannot be read.
    """
    for candidate in _candidates(path):
        faces = load_at(candidate)
        if faces is not None:
            return faces
    return None


def load_at(path: Path) -> Faces | None:
    """Return the images at exactly this path, from memory if the files did not change since the last time."""
    key = _fingerprint(path)
    with _lock:
        if key not in _loaded:
            _loaded[key] = sources.read(path)
            while len(_loaded) > KEPT:
                _loaded.popitem(last=False)
        _loaded.move_to_end(key)
        return _loaded[key]


def _where() -> Iterator[tuple[Kind, Path | DataError]]:
    named = os.environ.get(VARIABLE, "")
    if named:
        yield "NLLAB_DATA", Path(os.path.expanduser(named))  # noqa: PTH111  (never an error, unlike Path's)
    try:
        chosen = chosen_folder()
        if chosen is not None:
            yield "chosen folder", chosen
    except DataError as error:
        yield "chosen folder", error
    yield "cache", cache_folder()


def _candidates(path: Path) -> Iterator[Path]:
    for name in SUBFOLDERS:
        candidate = path / name if name else path
        if _exists(candidate):
            yield candidate


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise DataError(f"{path} cannot be read: {_reason(error)}; check its name and permissions") from None
    return True


def _describe(kind: Kind, path: Path | DataError) -> Place:
    if isinstance(path, DataError):
        return Place(kind, settings_file(), found=False, note=str(path))
    try:
        faces = load(path)
    except DataError as error:
        return Place(kind, path, found=False, note=str(error))
    if faces is None:
        return Place(kind, path, found=False, note=_nothing(kind, path))
    return Place(kind, path, found=True, note=f"{len(faces.pixels)} images in {faces.where}.")


def _nothing(kind: Kind, path: Path) -> str:
    if kind == "cache":
        return f"Nothing has been downloaded to {path}."
    name = VARIABLE if kind == "NLLAB_DATA" else "The chosen folder"
    what = "holds no face images" if _exists(path) else "does not exist"
    return f"{name} was skipped: {path} {what}."


def _fingerprint(path: Path) -> tuple[object, ...]:
    """Return what changes when the files at a path change."""
    try:
        status = path.stat()
        stamps = [(path.name, status.st_mtime_ns, status.st_size)]
        if path.is_dir():
            for entry in sources.walk(path):
                if entry.name.endswith((".pgm", *sources.ARCHIVE_ENDINGS)):
                    status = entry.stat()
                    stamps.append((entry.path, status.st_mtime_ns, status.st_size))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {_reason(error)}; check its permissions") from None
    return (str(path), hash(tuple(stamps)))


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error).partition("\n")[0]
