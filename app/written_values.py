"""A value as a person writes it behind an equals sign: on the command line, and in a link of a lesson.

As in TOML or JSON; bare words are texts, null takes a setting away.
"""

from __future__ import annotations

import json
import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def value_of(text: str) -> Any:
    """Return the value that a text stands for: a number, a switch, a list, a table, a text, or None."""
    text = text.strip()
    try:
        found = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        found = {}
    if set(found) == {"value"}:
        return found["value"]
    try:
        return json.loads(text) if text[:1] in ("{", "[") or text == "null" else text
    except (ValueError, RecursionError):
        return text
