"""Which weights are frozen and which are tied, and what the settings must be for others to be so.

A weight is named by its place (layer, unit, input), the input -1 for a bias. Settings name weights by patterns; where a
pattern means more weights than the one that is let go, it is written out as smaller ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout
from nlcore.records import Address
from nlcore.rules import Place

BIAS_INPUT = -1
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def address_of(place: Place) -> Address:
    """Return the name that the engine has for a weight."""
    layer, unit, source = place
    if source == BIAS_INPUT:
        return Address(f"biases[{layer}]", (unit,))
    return Address(f"weights[{layer}]", (unit, source))


def pattern_of(place: Place) -> str:
    """Return the name of a single weight in the settings: "weights[0][1,0]"."""
    address = address_of(place)
    return f"{address.block}[{','.join(map(str, address.index))}]"


def is_in(layout: Layout, place: Place) -> bool:
    """Tell whether there is such a weight."""
    layer, unit, source = place
    return (
        0 <= layer < len(layout.activations)
        and 0 <= unit < layout.layers[layer + 1]
        and BIAS_INPUT <= source < layout.layers[layer]
    )


def letter_of(number: int) -> str:
    """Return the letter of a group of tied weights, counted from 0: A to Z, then A2 to Z2 ..."""
    again, which = divmod(number, len(LETTERS))
    return LETTERS[which] + (str(again + 1) if again else "")


@dataclass(frozen=True, slots=True, eq=False)
class Holds:
    """The frozen and the tied weights of a network.

    Attributes
    ----------
    layout : Layout
        Where each weight is.
    frozen : frozenset of int
        Places of frozen weights in the flat vector.
    groups : tuple of tuple of int
        Places of tied weights, group by group.
    letters : dict of int to str
        The letter of the group of each tied weight.
    """

    layout: Layout
    frozen: frozenset[int]
    groups: tuple[tuple[int, ...], ...]
    letters: dict[int, str]

    @classmethod
    def of(cls, model: FeedforwardModel) -> Holds:
        """Look up what the settings of a model hold."""
        options = model.problem.options
        if options is None:
            return cls(model.layout, frozenset(), (), {})
        groups = tuple(tuple(group) for group in options.groups())
        letters = {index: letter_of(k) for k, group in enumerate(groups) for index in group}
        return cls(model.layout, frozenset(np.flatnonzero(options.frozen).tolist()), groups, letters)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not self.frozen and not self.groups

    def index(self, place: Place) -> int:
        """Return where a weight is in the flat vector."""
        layer, unit, source = place
        start, n_in, n_out = self.layout.offsets[layer], self.layout.layers[layer], self.layout.layers[layer + 1]
        return start + (unit * n_in + source if source != BIAS_INPUT else n_out * n_in + unit)

    def has_frozen_row(self, layer: int, unit: int) -> bool:
        """Tell whether all weights to a unit are frozen, its bias aside."""
        n_in = self.layout.layers[layer]
        first = self.index((layer, unit, 0))
        return len(self.frozen) >= n_in and all(index in self.frozen for index in range(first, first + n_in))

    def is_frozen(self, place: Place) -> bool:
        """Tell whether a weight never changes."""
        return self.index(place) in self.frozen

    def letter(self, place: Place) -> str:
        """Return the letter of a weight's group; empty if it is not tied."""
        return self.letters.get(self.index(place), "")

    def tied_with(self, place: Place) -> tuple[Place, ...]:
        """Return the other weights of a weight's group."""
        index = self.index(place)
        group = next((group for group in self.groups if index in group), ())
        return tuple(self.layout.locate(other) for other in group if other != index)


def with_frozen(patterns: Sequence[str], layout: Layout, place: Place, *, is_frozen: bool) -> list[str]:
    """Return the patterns of frozen weights with one weight more, or without it."""
    index = layout.index(address_of(place))
    if is_frozen:
        held = any(index in layout.places(pattern, "training.frozen") for pattern in patterns)
        return [*patterns] if held else [*patterns, pattern_of(place)]
    found: list[str] = []
    for pattern in patterns:
        places = layout.places(pattern, "training.frozen")
        found += _without(places.tolist(), index, layout) if index in places else [pattern]
    return found


def _without(places: list[int], index: int, layout: Layout) -> list[str]:
    """Name places but one: whole rows where they are whole, else one by one."""
    rows: dict[tuple[int, int, bool], list[Place]] = {}
    for place in (layout.locate(other) for other in places if other != index):
        rows.setdefault((place[0], place[1], place[2] == BIAS_INPUT), []).append(place)
    found = []
    for (layer, unit, is_bias), row in rows.items():
        is_whole = not is_bias and len(row) == layout.layers[layer]
        found += [f"weights[{layer}][{unit},:]"] if is_whole else [pattern_of(place) for place in row]
    return found


def with_tied(groups: Sequence[Sequence[str]], layout: Layout, one: Place, other: Place) -> list[list[str]]:
    """Return the groups of tied weights with two weights in the same group, together with those tied to either."""
    ends = {layout.index(address_of(one)), layout.index(address_of(other))}
    kept, joined = [], set(ends)
    for members in _single_groups(groups, layout, ends):
        if isinstance(members, set):
            joined |= members
        else:
            kept.append(members)
    return [*kept, [pattern_of(layout.locate(index)) for index in sorted(joined)]]


def without_tied(groups: Sequence[Sequence[str]], layout: Layout, place: Place) -> list[list[str]]:
    """Return the groups of tied weights without one weight; what is left alone is tied no more."""
    index = layout.index(address_of(place))
    found = []
    for members in _single_groups(groups, layout, {index}):
        if not isinstance(members, set):
            found.append(members)
        elif len(members) > 2:
            found.append([pattern_of(layout.locate(other)) for other in sorted(members - {index})])
    return found


def _single_groups(groups: Sequence[Sequence[str]], layout: Layout, wanted: set[int]) -> list[list[str] | set[int]]:
    """Return groups as they are written, but those with a wanted weight as sets of places."""
    found: list[list[str] | set[int]] = []
    for patterns in groups:
        parts = [layout.places(pattern, "training.tied").tolist() for pattern in patterns]
        sets = [set(parts[0])] if len(parts) == 1 else [set(members) for members in zip(*parts, strict=False)]
        if not any(members & wanted for members in sets):
            found.append(list(patterns))
            continue
        for members in sets:
            is_wanted = bool(members & wanted)
            found.append(members if is_wanted else [pattern_of(layout.locate(index)) for index in sorted(members)])
    return found
