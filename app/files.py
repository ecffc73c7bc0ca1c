"""Writing files so that nobody ever finds half of one: first beside the place, then into it.

No Qt here. A file that stood there before is replaced in one step, or stays as it was.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from nlcore.errors import LabError


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place beside a file to write to; what was written there becomes the file when all went well.

    After an error nothing of it is left, and the old file is untouched.

    Parameters
    ----------
    path : Path
        The file that is wanted; its folder exists.

    Raises
    ------
    LabError
        If it cannot be written.
    """
    beside = path.with_name(f".{path.stem[:80]}-{secrets.token_hex(4)}{path.suffix}")
    try:
        if path.is_dir():
            raise LabError(f"{path}: is a folder; choose the name of a file")
        yield beside
        beside.replace(path)
    except OSError as error:
        raise LabError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8.

    Raises
    ------
    LabError
        If it cannot be written.
    """
    with replacing(path) as beside:
        beside.write_text(text, "utf-8", newline="\n")
