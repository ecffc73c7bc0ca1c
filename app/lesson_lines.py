"""On which line of a piece of TOML a field stands.

TOML readers give values without places, but a person who wrote a wrong field wants its line. The text, known to be
valid, is cut into statements, each is read on its own, and the names in it are noted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Path = tuple[str | int, ...]
EFFORT: Final = 1_000_000
"""Characters read over and over in search of the ends of statements, at most."""


def field_lines(lines: Sequence[str]) -> Mapping[Path, int]:
    """Return the line, counted from 0, of every field; list members have their index in the path.

    Parameters
    ----------
    lines : sequence of str
        Valid TOML.
    """
    found: dict[Path, int] = {}
    arrays: dict[Path, int] = {}
    table: Path = ()
    effort = [EFFORT]
    line = 0
    while line < len(lines):
        end, parsed = _statement(lines, line, effort)
        if lines[line].lstrip().startswith("["):
            table = _table(parsed, arrays)
            found.setdefault(table, line)
        else:
            _note(parsed, table, line, found)
        line = end
    return found


def line_of(lines: Mapping[Path, int], path: Sequence[str]) -> int:
    """Return the line of a field, or of the closest thing around it that has one; -1 where nothing has.

    Parameters
    ----------
    lines : mapping
        From `field_lines`.
    path : sequence of str
        Names from the outside in; indices as digits.
    """
    parts: Path = tuple(int(part) if part.isascii() and part.isdigit() else part for part in path)
    for n in range(len(parts), 0, -1):
        if parts[:n] in lines:
            return lines[parts[:n]]
    return -1


def _statement(lines: Sequence[str], start: int, effort: list[int]) -> tuple[int, dict[str, Any]]:
    """Return the line after a statement, and what it says on its own."""
    for end in range(start + 1, len(lines) + 1):
        text = "\n".join(lines[start:end])
        effort[0] -= len(text)
        if effort[0] < 0:
            break
        try:
            return end, tomllib.loads(text)
        except (ValueError, RecursionError):
            continue
    return start + 1, {}


def _table(parsed: dict[str, Any], arrays: dict[Path, int]) -> Path:
    """Return the path of a ``[table]`` or of the next member of an ``[[array]]``."""
    path: Path = ()
    inner: Any = parsed
    while isinstance(inner, dict) and inner:
        key, inner = next(iter(inner.items()))
        path += (key,)
        if isinstance(inner, list):
            arrays[path] = arrays.get(path, -1) + 1
            inner = inner[0]
        if path in arrays:
            path += (arrays[path],)
    return path


def _note(value: Any, path: Path, line: int, found: dict[Path, int]) -> None:
    if path:
        found.setdefault(path, line)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        _note(inner, (*path, key), line, found)
