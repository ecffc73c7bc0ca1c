"""The container of a session file: a zip of texts and plain arrays, written whole or not at all, read with distrust.

Arrays are members in numpy's own format (`numpy.load` reads them), of three kinds of numbers, without Python objects.
Whoever opens a file may have got it by mail, so sizes are looked at before anything is read, and nothing is unpacked
to the disk.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import secrets
import shutil
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import CancelledError, SessionFileError

Kind = Literal["<f8", "<i8", "|u1"]
MOST_BYTES: Final = 2 * 2**30
"""All members together, unpacked."""
MOST_PACKED_BYTES: Final = 512 * 2**20
"""Those that are compressed, unpacked: a small file may say that it holds very much."""
MOST_MEMBERS: Final = 4096
MOST_TEXT: Final = 16 * 2**20
MOST_HEADER: Final = 512
MOST_SAID: Final = 300
END_SIZE: Final = 22
LOCATOR_SIZE: Final = 20
MOST_LISTED: Final = 2**20
"""Bytes of the list of members at the end."""
PIECE: Final = 4 * 2**20
"""Bytes that are read between two looks at whether to stop."""
STALE_SECONDS: Final = 3600
"""Age at which what an interrupted save has left behind is taken away."""
MAGIC: Final = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(rb"\{'descr': '(<f8|<i8|\|u1)', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n")
_ENTRY_TIME: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One part of the container: its name, bytes or an array, and whether compressing it pays."""

    name: str
    content: bytes | NDArray[Any]
    compressed: bool = True


def npy_header(array: NDArray[Any]) -> bytes:
    """Return the beginning of an array in numpy's format, version 1.0."""
    shape = "".join(f"{size}, " for size in array.shape[:1]) + ", ".join(map(str, array.shape[1:]))
    text = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': ({shape.rstrip(' ')}), }}"
    length = len(MAGIC) + 2 + len(text) + 1
    text += " " * (-length % 64) + "\n"
    return MAGIC + len(text).to_bytes(2, "little") + text.encode("ascii")


def parse_npy(raw: bytes) -> NDArray[Any]:
    """Return the array in some bytes, read-only.

    Raises
    ------
    ValueError
        If they are anything but a plain array of the kinds that are written here.
    """
    length = int.from_bytes(raw[8:10], "little")
    found = _HEADER.fullmatch(raw[10 : 10 + length]) if raw[:8] == MAGIC and length <= MOST_HEADER else None
    if found is None:
        raise ValueError("an array has no proper beginning")
    sizes = [part.strip() for part in found[2].decode("ascii").split(",")]
    if sizes[-1] == "":
        sizes.pop()
    if len(sizes) > 4 or not all(0 < len(size) <= 15 and size.isdigit() for size in sizes):
        raise ValueError("an array has a wrong shape")
    shape, dtype = tuple(map(int, sizes)), np.dtype(found[1].decode("ascii"))
    if math.prod(shape) * dtype.itemsize != len(raw) - 10 - length:
        raise ValueError("an array is not as long as it says")
    array: NDArray[Any] = np.frombuffer(raw, dtype, offset=10 + length).reshape(shape)
    return array


# --- writing ---------------------------------------------------------------------------------------------------------


def write(path: Path, members: Sequence[Member]) -> None:
    """Write a container; whatever happens, the path holds the old file or the new one, whole.

    Parameters
    ----------
    path : Path
        Where to; a link is followed.
    members : sequence of Member
        What is in it.

    Raises
    ------
    SessionFileError
        If it cannot be written, or is larger than could be opened again.
    """
    sizes = [len(m.content) if isinstance(m.content, bytes) else m.content.nbytes + MOST_HEADER for m in members]
    packed = sum(size for size, member in zip(sizes, members, strict=True) if member.compressed)
    if sum(sizes) > MOST_BYTES or packed > MOST_PACKED_BYTES:
        raise SessionFileError(
            f"{path.name}: the session holds {sum(sizes) / 2**20:,.0f} MB, more than a file of it may; "
            "use a smaller network or fewer examples"
        )
    temporary = None
    try:
        target = Path(os.path.realpath(path))
        _sweep(target)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "w+b") as file:
            _fill(file, members)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            with contextlib.suppress(OSError):
                shutil.copymode(target, temporary)
        temporary.replace(target)
        _sync_folder(target.parent)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SessionFileError(
            f"{path}: cannot be saved: {reason}; choose another place (what was there before is unchanged)"
        ) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _fill(file: Any, members: Sequence[Member]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, _ENTRY_TIME)
            info.external_attr = 0o644 << 16
            parts: tuple[Any, ...] = (member.content,)
            if not isinstance(member.content, bytes):
                array = np.ascontiguousarray(member.content).reshape(member.content.shape)
                parts = (npy_header(array), array.reshape(-1).view(np.uint8).data)
            if member.compressed:
                archive.writestr(info, b"".join(parts), zipfile.ZIP_DEFLATED, compresslevel=1)
                continue
            info.file_size = sum(len(part) for part in parts)  # says whether large numbers are needed
            with archive.open(info, "w") as out:
                for part in parts:
                    out.write(part)


def _sweep(target: Path) -> None:
    """Take away what saves of this file have left behind that were interrupted long ago."""
    pattern = re.compile(re.escape(f".{target.name}.") + r"[0-9a-f]{12}\.tmp")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if pattern.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > STALE_SECONDS:
                Path(entry.path).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the new name itself written to the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# --- reading ---------------------------------------------------------------------------------------------------------


def damaged(where: str, what: str) -> SessionFileError:
    """Return the error for a file whose content is not what was saved; `what` may quote from the file."""
    said = "".join(sign if sign.isprintable() else " " for sign in what)
    said = " ".join(said.split())
    said = said if len(said) <= MOST_SAID else said[: MOST_SAID - 3] + "..."
    return SessionFileError(f"{where}: the file is damaged: {said}; open another copy of it")


@contextlib.contextmanager
def enough_memory(where: str) -> Iterator[None]:
    """Turn a lack of memory into a sentence."""
    try:
        yield
    except MemoryError:
        raise SessionFileError(f"{where}: there is not enough free memory to open it; close other programs") from None
    except RecursionError:
        raise damaged(where, "something in it is nested too deeply") from None


@contextlib.contextmanager
def told(where: str) -> Iterator[None]:
    """Turn whatever a broken part leads to into one sentence."""
    try:
        with enough_memory(where):
            yield
    except UnicodeError:
        raise damaged(where, "a text in it cannot be read") from None
    except (ValueError, LookupError, OverflowError, TypeError) as error:
        raise damaged(where, str(error)) from None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError):
        raise damaged(where, "a part of it cannot be read") from None


def _ends_well(file: BinaryIO) -> bool:
    """Tell whether a file ends as those that are written here do: with a short list of its members."""
    size = file.seek(0, os.SEEK_END)
    if size < END_SIZE + LOCATOR_SIZE:
        return False
    file.seek(size - END_SIZE - LOCATOR_SIZE)
    tail = file.read(END_SIZE + LOCATOR_SIZE)
    locator, end = tail[:LOCATOR_SIZE], tail[LOCATOR_SIZE:]
    listed = int.from_bytes(end[12:16], "little")
    has_comment = end[20:22] != b"\0\0"
    return end[:4] == b"PK\x05\x06" and locator[:4] != b"PK\x06\x07" and listed <= MOST_LISTED and not has_comment


class Reader:
    """An open container.

    Parameters
    ----------
    path : Path
        The file.
    is_cancelled : callable, optional
        Asked between two pieces whether to stop.

    Raises
    ------
    SessionFileError
        If it cannot be read, or is no zip, or too large. Members raise it too.
    """

    def __init__(self, path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        self.where = path.name
        self._is_cancelled = is_cancelled
        try:
            self._file = path.open("rb")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise SessionFileError(f"{path}: cannot be opened: {reason}") from None
        try:
            self._members = self._checked()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._archive.close()
        self._file.close()

    def go_on(self) -> None:
        """Give up if that was asked for.

        Raises
        ------
        CancelledError
            If it was.
        """
        if self._is_cancelled():
            raise CancelledError(f"{self.where}: opening it was cancelled")

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        """Return the members by name, after a look at all their sizes."""
        with told(self.where):
            if not _ends_well(self._file):
                raise SessionFileError(f"{self.where}: is no session file, or only a part of one; open another copy")
            self._archive = zipfile.ZipFile(self._file)
            entries = self._archive.infolist()
        names = {entry.filename: entry for entry in entries}
        if len(names) != len(entries):
            raise damaged(self.where, "two of its parts have the same name")
        total = sum(entry.file_size for entry in entries)
        packed = sum(entry.file_size for entry in entries if entry.compress_type != zipfile.ZIP_STORED)
        if len(entries) > MOST_MEMBERS or total > MOST_BYTES or packed > MOST_PACKED_BYTES:
            raise SessionFileError(
                f"{self.where}: says that it holds {len(entries):,} parts and {total / 2**20:,.0f} MB, "
                "more than a session does; it was not opened"
            )
        for entry in entries:
            is_known = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if not is_known or entry.flag_bits & 0x1:
                raise SessionFileError(
                    f"{self.where}: is packed or locked in a way that this program does not use; it was not opened"
                )
        return names

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a member of that name."""
        return name in self._members

    def read(self, name: str, most: int = MOST_BYTES) -> bytes:
        """Return the bytes of a member; `most` is how many it may have."""
        entry = self._members.get(name)
        if entry is None:
            raise damaged(self.where, f"its part {name} is missing")
        if entry.file_size > most:
            raise damaged(self.where, f"its part {name} is too large")
        pieces = []
        with told(self.where), self._archive.open(entry) as part:
            self.go_on()
            while piece := part.read(PIECE):
                pieces.append(piece)
                self.go_on()
            raw = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            if len(raw) != entry.file_size:
                raise ValueError(f"its part {name} is shorter than it says")
        return raw

    def text(self, name: str) -> str:
        """Return a member that is a text."""
        with told(self.where):
            return self.read(name, MOST_TEXT).decode("utf-8")

    def array(self, name: str, kind: Kind, shape: tuple[int | None, ...]) -> NDArray[Any]:
        """Return a member that is an array, read-only.

        Parameters
        ----------
        name : str
            The member.
        kind : str
            Its numbers.
        shape : tuple
            Its shape, None for sizes that may be anything.
        """
        array = self.any_array(name)
        if array.dtype.str != kind:
            raise damaged(self.where, f"{name} holds numbers of another kind")
        if len(array.shape) != len(shape) or any(
            wanted is not None and wanted != size for wanted, size in zip(shape, array.shape, strict=True)
        ):
            raise damaged(self.where, f"{name} has the shape {array.shape}, which does not fit")
        return array

    def any_array(self, name: str) -> NDArray[Any]:
        """Return a member that is an array of any kind and shape, read-only."""
        with told(self.where):
            return parse_npy(self.read(name))
