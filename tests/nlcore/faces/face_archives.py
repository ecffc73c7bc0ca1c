"""Writes images and archives for the tests."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np


def p5(image: np.ndarray, top: int = 140) -> bytes:
    """Write a binary PGM."""
    pixels = np.asarray(image, dtype=np.uint8)
    return b"P5\n%d %d\n%d\n" % (pixels.shape[1], pixels.shape[0], top) + pixels.tobytes()


def p2(image: np.ndarray) -> bytes:
    """Write a PGM in text form."""
    pixels = np.asarray(image, dtype=np.uint8)
    numbers = " ".join(map(str, pixels.ravel().tolist()))
    return f"P2\n{pixels.shape[1]} {pixels.shape[0]}\n150\n{numbers}\n".encode()


def tarball(files: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    """Write a tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(files: Mapping[str, bytes], packed: bool = True) -> bytes:
    """Write a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def write_tree(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
