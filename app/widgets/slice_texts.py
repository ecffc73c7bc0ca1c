"""What the error surface says: which loss it shows, what is at a place, what the arrow means, and its tables."""

from __future__ import annotations

import math

import numpy as np

from app.frame import Frame
from app.glossary import tip
from app.table import Cell, Table, thinned
from app.theme import Theme
from app.widgets.legend import Entry
from app.widgets.numbers import count, counted, number
from app.widgets.track_look import track_colour, track_symbol
from app.widgets.ways import Way
from nlcore.error_slices import Slice
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.objectives import Objective
from nlcore.records import Counters, FloatArray
from nlcore.slice_planes import gradient_work, loss_at

MOST_WORK = 20_000_000
"""Examples times weights up to which the loss of a single point is worked out at once."""
GRID = 25
"""Values a side in the table of the surface."""
Names = tuple[str, str]


def loss_text(model: Model) -> str:
    """Return which loss is meant, for a title."""
    function = getattr(model, "function", None)
    if isinstance(function, Objective):
        return f"Value of the function. {function.title}"
    if not isinstance(model, FeedforwardModel):
        return "Loss of the training set"
    options = model.problem.options
    penalty = ", with the penalty" if options is not None and options.penalty else ""
    return f"Loss of the training set: {model.problem.loss.title}{penalty}"


def brief_loss(model: Model) -> str:
    """Return the same in a few words."""
    return "loss of the training set" if model.data is not None else "value of the function"


def is_jumpy(model: Model) -> bool:
    """Tell whether the network has units that jump."""
    return isinstance(model, FeedforwardModel) and not all(a.has_slope for a in model.layout.activations)


def moment_text(counters: Counters) -> str:
    """Say when something was."""
    if counters.presentations == 0:
        return "start"
    return f"update {count(counters.updates)}, presentation {count(counters.presentations)}"


def place_text(names: Names, at: FloatArray | tuple[float, float]) -> str:
    """Say where something is."""
    return ", ".join(f"{name} = {number(float(value))}" for name, value in zip(names, at, strict=True))


def exact_loss(model: Model, params: FloatArray) -> float | None:
    """Return the loss at some parameters; None if that would take too long."""
    if gradient_work(model) > MOST_WORK:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        return loss_at(model, params)


def point_text(model: Model, way: Way, k: int, names: Names, found: Slice | None, *, has_name: bool) -> str:
    """Say everything about a point of a way.

    Parameters
    ----------
    model : Model
        Of the track.
    way, k : Way, int
        The way and the number of the point.
    names : tuple of str
        Of the axes.
    found : Slice or None
        What is shown, to say where the point lies beside it.
    has_name : bool
        Whether the track is named.
    """
    point = way.points[k]
    loss = exact_loss(model, point.params)
    said = moment_text(point.counters) + (" (changed by hand)" if point.is_by_hand else "")
    said = f"{way.name}, {said}" if has_name else said[:1].upper() + said[1:]
    said = f"{said}: {place_text(names, way.at[k])}"
    if loss is None:
        return said
    said += f", loss {number(loss)}"
    shown = found.at(*way.at[k]) if found is not None else math.nan
    if math.isfinite(shown) and abs(shown - loss) > 0.02 * max(abs(loss), abs(shown)):
        said += f" (this slice has {number(shown)} there, because other weights were different then)"
    return said


def arrow_text(names: Names, direction: FloatArray, *, jumps: bool) -> str:
    """Say which way is down at the cursor."""
    if np.all(np.isnan(direction)):
        return "The gradient is being worked out …"
    if not np.all(np.isfinite(direction)):
        return "The gradient is not finite at the cursor."
    if not np.any(direction):
        if jumps:
            return "No arrow: the units jump, so the loss has steps and its gradient is 0 almost everywhere."
        return "No arrow: the gradient along these two directions is 0 at the cursor."
    parts = ", ".join(f"{number(float(d))} along {name}" for d, name in zip(direction, names, strict=True))
    length = number(float(np.linalg.norm(direction)))
    return f"Arrow: negated gradient at the cursor, {parts}, length {length}."


def legend_entries(
    ways: tuple[Way, ...], direction: FloatArray | None, theme: Theme, *, has_lines: bool, is_brief: bool
) -> list[Entry]:
    """Return the entries of the legend; a direction of None means no arrow.

    Where there is little room, several tracks have only their marks, and their names are in the tool tips: the same
    marks stand with names in the row of tracks.
    """
    entries = []
    several = len(ways) > 1
    for way in ways:
        colour, symbol = track_colour(theme, way.number), track_symbol(way.number)
        updates = counted(way.points[-1].counters.updates, "update") if way.points else "no place"
        name = f"{way.name}: {updates}" if several else f"path, {updates}"
        is_line = has_lines and len(way.at) > 1
        drawn = "every update is drawn" if way.is_complete else "some of them are drawn"
        full = f"{name}; {drawn}" if is_line else name
        if several:
            entries.append(Entry("" if is_brief else name, "marker", colour, theme.base, symbol, full=full))
        elif is_line:
            entries.append(Entry(name, "line", colour, width=2.5, full=full, tip=tip("update")))
    if ways and not is_brief:
        colour, symbol = track_colour(theme, ways[-1].number), track_symbol(ways[-1].number)
        entries.append(Entry("start", "marker", theme.base, colour, symbol, width=2.2))
        entries.append(Entry("cursor", "marker", colour, theme.base, symbol, tip=tip("cursor")))
    if direction is not None and np.all(np.isfinite(direction)) and np.any(direction):
        length = number(float(np.linalg.norm(direction)))
        text = f"negated gradient, length {length}"
        text = f"−gradient {length}" if is_brief else text
        entries.append(Entry(text, "line", theme.text, width=2.2, tip=tip("gradient")))
    return entries


def surface_words(model: Model, names: Names, found: Slice) -> str:
    """Say in a sentence what the surface looks like."""
    values = found.values[np.isfinite(found.values)]
    ends = " and ".join(
        f"{name} from {number(low)} to {number(high)}"
        for name, (low, high) in zip(names, (found.u_range, found.v_range), strict=True)
    )
    if not values.size:
        return f"{loss_text(model)}, over {ends}. No value there is finite."
    n = len(found.values)
    lowest = int(np.nanargmin(np.where(np.isfinite(found.values), found.values, np.nan)))
    sides = [
        low + (k + 0.5) * (high - low) / n
        for k, (low, high) in zip((lowest % n, lowest // n), (found.u_range, found.v_range), strict=True)
    ]
    said = f"{loss_text(model)}, over {ends}. It lies between {number(float(values.min()))} and "
    said += f"{number(float(values.max()))}, and is lowest near {place_text(names, (sides[0], sides[1]))}."
    missing = 1.0 - values.size / found.values.size
    return said + (f" On {missing:.0%} of the area it is not finite." if missing else "")


def way_table(frame: Frame, ways: tuple[Way, ...], names: Names, found: Slice | None) -> Table:
    """Return the points of all ways."""
    several = len(frame.tracks) > 1
    rows: list[tuple[Cell, ...]] = []
    for way in ways:
        for k, point in enumerate(way.points):
            counters = point.counters
            loss = found.at(*way.at[k]) if found is not None else math.nan
            cells: tuple[Cell, ...] = (
                counters.presentations,
                counters.updates,
                counters.epochs,
                float(way.at[k, 0]),
                float(way.at[k, 1]),
                loss if math.isfinite(loss) else "",
                "by hand" if point.is_by_hand else "",
            )
            rows.append((way.name, *cells) if several else cells)
    headings = ["presentations", "updates", "epochs", *names, "loss on the surface", "change"]
    note = "The loss is that of the surface at this place; where other weights were different, the run's own differed."
    return thinned("Path", ["track", *headings] if several else headings, rows, note)


def slice_table(names: Names, found: Slice) -> Table:
    """Return the surface as a grid of numbers."""
    n = len(found.values)
    step = max(1, n // GRID)
    (u0, u1), (v0, v1) = found.u_range, found.v_range
    rows: list[tuple[Cell, ...]] = []
    for row in range(step // 2, n, step):
        for column in range(step // 2, n, step):
            loss = float(found.values[row, column])
            u, v = u0 + (column + 0.5) * (u1 - u0) / n, v0 + (row + 0.5) * (v1 - v0) / n
            rows.append((u, v, loss if math.isfinite(loss) else ""))
    return thinned("Error surface", [*names, "loss"], rows)
