"""Where the arrow keys lead in a network: from unit to unit, and from a unit through the weights that lead to it.

To the left of a unit come its weights, to the left of a weight the unit it comes from, to its right the unit it leads
to. Up and down stay among units of the layer, or among the weights of the unit.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.widgets.network_layout import BIAS, GROUP, Diagram
from app.widgets.network_links import Links
from app.widgets.network_marks import Part
from app.widgets.network_scene import Link

STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


def moved(links: Links, at: Part | None, key: Qt.Key) -> Part:
    """Return what an arrow key leads to.

    Parameters
    ----------
    links : Links
        What there is.
    at : tuple of int, Link or None
        Where the keyboard is.
    key : Qt.Key
        One of `STEPS`.
    """
    diagram = links.diagram
    filled = [layer for layer, column in enumerate(diagram.columns) if _units(diagram, layer)]
    right, down = STEPS[key]
    is_gone = links.number(at) is None if isinstance(at, Link) else at is None or at[0] >= len(diagram.columns)
    if at is None or is_gone:
        return filled[-1], _units(diagram, filled[-1])[0]
    if isinstance(at, Link):
        return _from_link(links, at, right, down)
    layer, unit = at
    units = _units(diagram, layer)
    place = units.index(unit) if unit in units else 0
    if down:
        return layer, units[min(max(place + down, 0), len(units) - 1)]
    if right > 0:
        return _nearest(diagram, at, layer + 1) if layer < filled[-1] else at
    incoming = [link for link in links.links if (link.layer, link.unit) == (layer, unit)]
    middle = _level(diagram, at)
    return min(incoming, key=lambda link: abs(_level(diagram, (layer - 1, link.source)) - middle)) if incoming else at


def _from_link(links: Links, at: Link, right: int, down: int) -> Part:
    if right > 0:
        return at.layer, at.unit
    if right < 0:
        return at.layer - 1, at.source
    same = [link for link in links.links if (link.layer, link.unit) == (at.layer, at.unit)]
    return same[min(max(same.index(at) + down, 0), len(same) - 1)]


def _units(diagram: Diagram, layer: int) -> list[int]:
    """Return the units of a layer from top to bottom, the constant one first."""
    column = diagram.columns[layer]
    constant = [BIAS] if column.bias is not None else []
    return [*constant, *([GROUP] if column.group is not None else range(len(column.units)))]


def _nearest(diagram: Diagram, at: tuple[int, int], layer: int) -> tuple[int, int]:
    """Return the unit of another layer that is about as high as this one; a constant one if there is no other."""
    units = _units(diagram, layer)
    others = [unit for unit in units if unit != BIAS] or units
    return layer, min(others, key=lambda unit: abs(_level(diagram, (layer, unit)) - _level(diagram, at)))


def _level(diagram: Diagram, part: tuple[int, int]) -> float:
    return diagram.centre(*part).y()
