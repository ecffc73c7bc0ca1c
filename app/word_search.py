"""Finding an entry of a list by a few letters of its words, as a command list and a glossary do.

Each word of what was typed must be found; where it is found decides the order: at the start of the title, at the start
of a word, inside a word, as its letters in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
WHOLE, START, WORD, INSIDE, LETTERS = 100, 80, 60, 30, 12
"""What a word counts that is the title, begins it, begins a word, stands inside one, or has its letters in order."""
ELSEWHERE = 0.4
"""What a hit outside the title counts, as a share of one in the title."""
FEWEST = 3
"""From so many letters on it is enough that they come in order."""


def score(query: str, title: str, *others: str) -> float | None:
    """Return how well an entry fits, or None if a word of the query is not in it.

    Parameters
    ----------
    query : str
        What was typed; empty fits everything with 0.
    title, *others : str
        The entry's name, and what else may be searched: where it stands, its other names.
    """
    total = 0.0
    for word in query.casefold().split():
        found = max(_in_text(word, title, letters=True), *(ELSEWHERE * _in_text(word, text) for text in others), 0.0)
        if not found:
            return None
        total += found
    return total


def best_first(query: str, entries: Iterable[tuple[T, Sequence[str]]]) -> list[T]:
    """Return the entries that fit, best first, equally good ones in their order.

    Parameters
    ----------
    query : str
        What was typed.
    entries : iterable of (object, sequence of str)
        What is returned, and its texts, the title first.
    """
    found = []
    for entry, texts in entries:
        points = score(query, *texts)
        if points is not None:
            found.append((points, entry))
    found.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in found]


def _in_text(word: str, text: str, *, letters: bool = False) -> float:
    text = text.casefold()
    at = text.find(word)
    if at == 0:
        return WHOLE if text == word else START
    if at > 0:
        return WORD if re.search(rf"(?<![^\W_]){re.escape(word)}", text) else INSIDE
    return LETTERS if letters and len(word) >= FEWEST and _in_order(word, text) else 0.0


def _in_order(word: str, text: str) -> bool:
    """Tell whether the letters come in this order, the first of them at the start of a word."""
    for start in re.finditer(rf"(?<![^\W_]){re.escape(word[0])}", text):
        place = start.start()
        for letter in word[1:]:
            place = text.find(letter, place + 1)
            if place < 0:
                break
        else:
            return True
    return False
