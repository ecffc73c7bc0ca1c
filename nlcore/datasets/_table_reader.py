"""Reads a text table in pieces: finds encoding, separator and header, and hands out rows with their line numbers.

A row is called by the number of its line in the file, as an editor or a spreadsheet shows it. Nothing larger than a
piece is held as text, so a million rows need little memory.
"""

from __future__ import annotations

import codecs
import csv
import itertools
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from nlcore.errors import DataError

Separator = Literal["comma", "semicolon", "tab", "space"]
CHARACTERS: Final[dict[Separator, str]] = {"tab": "\t", "semicolon": ";", "comma": ",", "space": " "}
"""In the order in which they are tried."""
MAX_BYTES: Final = 1 << 30
MAX_LINE: Final = 1 << 20
MAX_COLUMNS: Final = 10_000
LOOKED_AT: Final = 1000
"""Rows from which separator, header and kinds of columns are judged."""
BLOCK: Final = 1 << 20
AS_TEXT: Final = "save the table as CSV in UTF-8"
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class TextTable:
    """How a file is to be read.

    Attributes
    ----------
    path : Path
        Where it lies.
    encoding : str
        A codec name.
    separator : str
        What stands between the values.
    size : int
        In bytes.
    most : int or None
        How many rows are handed out; None for all.
    """

    path: Path
    encoding: str
    separator: Separator
    size: int
    most: int | None = None

    def rows(self) -> Generator[Row, None, None]:
        """Yield (line number, values) of every row that is not blank.

        Raises
        ------
        DataError
            If the file cannot be read or a row is not a row.
        """
        try:
            with self.path.open(encoding=self.encoding, newline="") as file:
                yield from itertools.islice(self._parsed(file), self.most)
        except OSError as error:
            raise _unreadable(self.path, error) from None
        except UnicodeError:
            raise DataError(f"{self.path.name} is not a text in the encoding {self.encoding}; {AS_TEXT}") from None

    def _parsed(self, file: TextIO) -> Iterator[Row]:
        reader = _reader(file, self.separator)
        try:
            for values in reader:
                if len(values) > 1 or any(values):
                    yield reader.line_num, values
        except csv.Error as error:
            raise DataError(
                f"{self.path.name}, row {reader.line_num}: cannot be read as a table ({error}); correct the row"
            ) from None


def find(path: Path, separator: Separator | None, most: int | None = None) -> TextTable:
    """Look at a file and decide how to read it.

    Parameters
    ----------
    path : Path
        The file.
    separator : str or None
        None to find it out.
    most : int, optional
        Read only so many rows, and judge the encoding by the beginning of the file.

    Raises
    ------
    DataError
        If there is no such file, or it is empty, too large or not a text.
    """
    try:
        if not path.exists():
            raise DataError(f"{path} does not exist; choose another file")
        if not path.is_file():
            raise DataError(f"{path} is not a file; choose a table such as data.csv")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError(f"{path.name} has {size:,} bytes, more than {MAX_BYTES:,}; choose a smaller table")
        encoding = _encoding(path, whole=most is None)
        with path.open(encoding=encoding, newline="") as file:
            head = _head(file, path)
    except OSError as error:
        raise _unreadable(path, error) from None
    except (UnicodeError, ValueError):
        raise DataError(f"{path.name} is not a text file; {AS_TEXT}") from None
    if not any(line.strip() for line in head):
        raise DataError(f"{path.name} is empty; choose another file")
    return TextTable(path, encoding, separator or _separator(head), size, most)


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path} cannot be read: {error.strerror or error}; check its name and permissions")


def _encoding(path: Path, *, whole: bool) -> str:
    """Return utf-8 where the whole file (or its beginning) is that, utf-16 where it says so, else latin-1.

    Any bytes are latin-1.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        block = file.read(BLOCK)
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        try:
            while block:
                if b"\0" in block:
                    raise DataError(f"{path.name} is not a text file (it holds zero bytes); {AS_TEXT}")
                decoder.decode(block)
                if not whole:
                    return "utf-8-sig"
                block = file.read(BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _head(file: TextIO, path: Path) -> list[str]:
    head: list[str] = []
    length = 0
    while len(head) < LOOKED_AT and length < MAX_LINE and (line := file.readline(MAX_LINE)):
        if len(line) >= MAX_LINE:
            raise DataError(f"{path.name}, row {len(head) + 1}: longer than {MAX_LINE:,} characters; is this a table?")
        if "\0" in line:
            raise DataError(f"{path.name} is not a text file (it holds zero bytes); {AS_TEXT}")
        length += len(line)
        head.append(line)
    return head


def _separator(head: list[str]) -> Separator:
    """Return the separator that gives most rows the same number of values, more than one; comma where none does."""
    best: tuple[int, Separator] = (0, "comma")
    for name in CHARACTERS:
        try:
            counts = Counter(len(values) for values in _reader(head, name) if any(values))
        except csv.Error:
            continue
        agreeing = max((n for width, n in counts.items() if width > 1), default=0)
        if agreeing > best[0]:
            best = agreeing, name
    return best[1]


def split_lines(lines: Iterable[str], separator: Separator) -> Iterator[list[str]]:
    """Yield the cells of each line; `csv.Error` where a line is no row."""
    yield from _reader(lines, separator)


def _lines(lines: Iterable[str], separator: Separator) -> Iterable[str]:
    """Make one space of many where spaces separate."""
    return (" ".join(line.split()) + "\n" for line in lines) if separator == "space" else lines


def _reader(lines: Iterable[str], separator: Separator) -> Any:
    skip = separator not in ("space", "tab")
    return csv.reader(_lines(lines, separator), delimiter=CHARACTERS[separator], skipinitialspace=skip)
