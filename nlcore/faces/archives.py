"""Reading archives from memory, distrusting them: nothing is written to disk and nothing grows without bound.

A tar, tar.gz or zip archive becomes a list of members that can be read. Links, devices and names that point out of the
archive are left out; too many members, too large a member, or too much altogether is an error.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlcore.errors import DataError

MAX_ARCHIVE: Final = 128 << 20
"""Bytes of an archive, also when unpacked. The original tree has 32 million."""
MAX_MEMBERS: Final = 20_000
_BROKEN: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,  # an encrypted member, or a way of packing that is not known
    MemoryError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file that can be read, in an archive or in a folder.

    Attributes
    ----------
    name : str
        Bare file name, without folders.
    where : str
        What to call it in a message.
    read : callable
        The most bytes wanted to the bytes; one more than wanted tells that there are more.
    """

    name: str
    where: str
    read: Callable[[int], bytes]


def is_archive(head: bytes) -> bool:
    """Tell from the first 512 bytes whether this may be a zip, a gzip or a tar file."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06") or head[:2] == b"\x1f\x8b" or head[257:262] == b"ustar"


def members(data: bytes, where: str) -> list[Member]:
    """Return the readable files of an archive.

    Parameters
    ----------
    data : bytes
        The whole archive.
    where : str
        Its name, for messages.

    Raises
    ------
    DataError
        If it is broken, or larger than an archive of faces can be.
    """
    try:
        if data[:2] == b"PK":
            return _zip_members(data, where)
        return _tar_members(_inflate(data, where) if data[:2] == b"\x1f\x8b" else data, where)
    except _BROKEN as error:
        raise broken(where, error) from None


def broken(where: str, error: BaseException | None = None) -> DataError:
    """Return the error for an archive that is cut off or damaged."""
    reason = str(error).strip().partition("\n")[0] if error else ""
    return DataError(f"{where} is cut off or damaged{f' ({reason})' if reason else ''}; download it again")


def read_file(path: Path, limit: int) -> bytes:
    """Return a file's bytes, one more than the limit at most.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}; check its permissions") from None


def _too_large(where: str) -> DataError:
    return DataError(f"{where} unpacks to more than an archive of faces can hold; it was not read any further")


def _outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def _bare(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _inflate(data: bytes, where: str) -> bytes:
    """Unpack gzip data of one or more parts, up to the limit."""
    out = bytearray()
    while data[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        out += unpacker.decompress(data, MAX_ARCHIVE - len(out) + 1)
        if len(out) > MAX_ARCHIVE:
            raise _too_large(where)
        if not unpacker.eof:
            raise EOFError("its end is missing")
        data = unpacker.unused_data
    return bytes(out)


def _tar_members(data: bytes, where: str) -> list[Member]:
    found: list[Member] = []
    archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115  (in memory; members read it later)
    for count, info in enumerate(archive):
        if count >= MAX_MEMBERS:
            raise _too_large(where)
        if not info.isreg() or info.issparse() or info.size < 0 or _outside(info.name):
            continue
        begin, size = info.offset_data, info.size
        if begin + size > len(data):
            raise EOFError("its end is missing")
        name = _bare(info.name)

        def read(limit: int, begin: int = begin, size: int = size) -> bytes:
            return data[begin : begin + min(size, limit + 1)]

        found.append(Member(name, f"{name} in {where}", read))
    return found


def _zip_members(data: bytes, where: str) -> list[Member]:
    found: list[Member] = []
    archive = zipfile.ZipFile(io.BytesIO(data))
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise _too_large(where)
    for info in infos:
        is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
        if info.is_dir() or is_link or _outside(info.filename):
            continue

        def read(limit: int, info: zipfile.ZipInfo = info) -> bytes:
            try:
                with archive.open(info) as file:
                    return file.read(limit + 1)
            except _BROKEN as error:
                raise broken(where, error) from None

        found.append(Member(_bare(info.filename), f"{_bare(info.filename)} in {where}", read))
    return found
