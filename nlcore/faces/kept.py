"""Drawn heads that are kept on disk, so that the second start does not draw them again.

The file's name carries a digest of the programs that draw, so another version never takes the heads of this one. A file
that is missing, damaged or cannot be written is no matter: the heads are simply drawn.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]


def load_or_make(name: str, sources: tuple[str, ...], shape: tuple[int, ...], make: Callable[[], Images]) -> Images:
    """Return images from the disk, or make them and keep them there.

    Parameters
    ----------
    name : str
        What they are; part of the file's name.
    sources : tuple of str
        Files of the programs that make them.
    shape : tuple of int
        What is expected; anything else on the disk is ignored.
    make : callable
        Makes the images.
    """
    path = _path(name, sources)
    if path is None:
        return make()
    try:
        found = np.load(path, allow_pickle=False)
        if found.shape == shape and found.dtype == np.uint8:
            return np.asarray(found)
    except (OSError, ValueError, EOFError):
        pass
    made = make()
    with contextlib.suppress(OSError):  # a full or read-only disk: they are drawn again next time
        _write(path, made)
    return made


def _path(name: str, sources: tuple[str, ...]) -> Path | None:
    import platformdirs

    digest = hashlib.sha256(np.__version__.encode())
    try:
        for source in sources:
            digest.update(Path(source).read_bytes())
    except OSError:
        return None  # a bundle without sources: nothing to tell versions apart by
    return Path(platformdirs.user_cache_dir("nllab")) / f"{name}-{digest.hexdigest()[:16]}.npy"


def _write(path: Path, images: Images) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{path.name.rsplit('-', 1)[0]}-*.npy"):
        old.unlink()
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        np.save(file, images, allow_pickle=False)
    Path(name).replace(path)
