"""A small strict reader of grey-scale PGM images, text (P2) and binary (P5).

It looks at the header before it looks at the pixels, so a header that promises gigabytes is refused at once. The
largest grey value that the header states is not used: the face images state any value, and are read as 0..255.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import DataError

MAX_SIDE: Final = 4096
MAX_BYTES: Final = 1 << 20
"""No file of a face image is as large as this."""
_SPACE = rb"(?:[ \t\r\n\v\f]|#[^\r\n]*[\r\n])+"
_HEADER = re.compile(
    rb"(P[25])" + _SPACE + rb"([0-9]{1,20})" + _SPACE + rb"([0-9]{1,20})" + _SPACE + rb"([0-9]{1,20})[ \t\r\n\v\f]"
)
_COMMENT = re.compile(rb"#[^\r\n]*")
_WHITE = b" \t\r\n\v\f"


def decode(data: bytes, where: str, shape: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Return the pixels of a PGM file, shape (rows, columns).

    Parameters
    ----------
    data : bytes
        The whole file.
    where : str
        The file's name, for the error message.
    shape : tuple of int, optional
        The (rows, columns) it must have.

    Raises
    ------
    DataError
        If it is not such an image, is cut off, or has another size.
    """
    if len(data) > MAX_BYTES:
        raise DataError(f"{where} is larger than a face image can be ({len(data):,} bytes); replace the file")
    match = _HEADER.match(data[:4096])
    if match is None:
        raise DataError(f"{where} does not begin with the header of a PGM image; replace the file")
    columns, rows, top = (int(match[i]) for i in (2, 3, 4))
    if shape is not None and (rows, columns) != shape:
        wanted = f"{shape[1]} x {shape[0]}"
        raise DataError(f"{where} says it has {columns} x {rows} pixels instead of {wanted}; replace the file")
    if not (1 <= rows <= MAX_SIDE and 1 <= columns <= MAX_SIDE):
        raise DataError(f"{where} says it has {columns} x {rows} pixels, which no face image has; replace the file")
    if not 1 <= top <= 255:
        raise DataError(f"{where} has more than 8 bits a pixel (largest value {top}); replace the file")
    raster = data[match.end() :]
    values = _binary(raster, rows * columns, where) if match[1] == b"P5" else _text(raster, rows * columns, where)
    return values.reshape(rows, columns)


def _binary(raster: bytes, n: int, where: str) -> NDArray[np.uint8]:
    if len(raster) < n:
        raise DataError(f"{where} is cut off: {len(raster)} of {n} pixels are there; replace the file")
    if raster[n:].strip(_WHITE):
        raise DataError(f"{where} goes on after its {n} pixels; replace the file")
    return np.frombuffer(raster, dtype=np.uint8, count=n)


def _text(raster: bytes, n: int, where: str) -> NDArray[np.uint8]:
    if b"#" in raster:
        raster = _COMMENT.sub(b" ", raster)
    if raster.translate(None, b"0123456789" + _WHITE):
        raise DataError(f"{where} holds something that is not a grey value; replace the file")
    words = raster.split()
    if len(words) < n:
        raise DataError(f"{where} is cut off: {len(words)} of {n} pixels are there; replace the file")
    if len(words) > n:
        raise DataError(f"{where} goes on after its {n} pixels; replace the file")
    if max(map(len, words)) > 3 or max(values := list(map(int, words))) > 255:
        raise DataError(f"{where} holds a grey value above 255; replace the file")
    return np.array(values, dtype=np.uint8)
