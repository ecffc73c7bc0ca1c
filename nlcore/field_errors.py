"""What is wrong with a field, in our words: the sentences behind every refused experiment and lesson.

The checking library names the field and what it expected; here that becomes one line with the dotted name first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from nlcore.errors import unknown


def not_finite(value: object, place: str = "") -> str:
    """Return a sentence about the first infinity or nan in nested dictionaries and lists; empty if there is none.

    Parameters
    ----------
    value : object
        Dictionaries, lists, strings and numbers.
    place : str
        Dotted name of the value in the whole, put before its keys.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return f"{place}: expected a finite number, not {value}" if place else f"expected a finite number, not {value}"
    found: Iterable[str] = ()
    if isinstance(value, Mapping):
        found = (not_finite(inner, f"{place}.{k}" if place else str(k)) for k, inner in value.items())
    elif isinstance(value, list | tuple):
        found = (not_finite(inner, f"{place}[{i}]") for i, inner in enumerate(value))
    return next(filter(None, found), "")


def on_one_line(text: str) -> str:
    """Return a sentence on one line, whatever a key in it is made of."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def sentence(message: str, value: object, kind: type[Any], where: str, place: str) -> str:
    """Say a validation error of the library in our words, with the dotted name of the field first.

    Parameters
    ----------
    message : str
        The library's words.
    value : object
        What was checked.
    kind : type
        What it should have been.
    where, place : str
        See `nlcore.experiment.convert`.
    """
    text, _, at = message.partition(" - at `")
    path = re.findall(r"[^.\[\]]+", at.rstrip("`").removeprefix("$"))
    dotted = place
    for part in path:
        dotted += f"[{part}]" if part.isdigit() else f".{part}" if dotted else part
    text = text.replace("`null`", "nothing").replace("`", "")
    kind, given = _at(kind, value, path)
    missing = re.fullmatch(r"Object missing required field (\w+)", text)
    extra = re.fullmatch(r"Object contains unknown field (.+)", text)
    if missing:
        text = f"the field {missing[1]!r} is missing"
    elif extra:
        text = unknown("field", extra[1], _field_names(kind))
    elif text.startswith("Invalid enum value"):
        text = unknown("value", str(given), (str(choice) for choice in get_args(kind)))
    elif text.startswith("Expected"):
        said = re.sub(r"matching regex .*", "of lower-case letters, digits and hyphens", text.partition(", got ")[0])
        said = said.replace(" | ", " or ").replace("object", "a table").replace("str", "a text")
        said = said.replace("int", "a whole number").replace("float", "a number").replace("array", "a list")
        text = f"{said}, not {given!r}"
    said = ": ".join(part for part in (where, dotted, text[:1].lower() + text[1:]) if part)
    return on_one_line(said)


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _at(kind: Any, value: Any, path: list[str]) -> tuple[Any, Any]:
    """Return the declared type and the given value at the end of a path of fields."""
    for part in path:
        if _is_record(kind):
            kind = {field.name: field.type for field in msgspec.structs.fields(kind)}.get(part)
        while get_origin(kind) not in (None, Literal, tuple):
            inner = [a for a in get_args(kind) if a is not type(None) and not isinstance(a, Meta)]
            kind = inner[0] if inner else None
        try:
            value = value[int(part)] if isinstance(value, list | tuple) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            value = None
    return kind, value


def _field_names(kind: object) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(kind)) if _is_record(kind) else ()  # type: ignore[arg-type]
