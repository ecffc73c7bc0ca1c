"""The measurements of courses that are not shown, ready to be drawn dimmed; computed once and kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.frame import Ghost
from app.glossary import tip
from app.theme import Theme
from app.widgets.curve_texts import metric_word
from app.widgets.envelope import nearest
from app.widgets.ghost_layer import DASHES, WIDTH, GhostLine, dimmed
from app.widgets.legend import Entry
from app.widgets.numbers import count, number
from nlcore.records import SET_NAMES


class GhostSeries:
    """Turns ghosts into lines, and into words where somebody points."""

    def __init__(self) -> None:
        self._given: tuple[object, ...] = ()
        self._lines: tuple[GhostLine, ...] = ()

    def lines(self, ghosts: tuple[Ghost, ...], metric: str, axis: str, theme: Theme) -> tuple[GhostLine, ...]:
        """Return one line for each ghost and set; the same tuple as long as the same is asked for.

        Parameters
        ----------
        ghosts : tuple of Ghost
            Compared by identity.
        metric, axis : str
            What is drawn over which count.
        theme : Theme
            Gives the colours of the sets.
        """
        wanted = (ghosts, metric, axis, theme)
        if len(self._given) != len(wanted) or any(
            a is not b and a != b for a, b in zip(self._given, wanted, strict=True)
        ):
            self._given = wanted
            self._lines = tuple(line for ghost in ghosts for line in _lines(ghost, metric, axis, theme))
        return self._lines

    def values_text(self, ghost: Ghost, metric: str, axis: str, at: float) -> str:
        """Say the values of a course near a count."""
        found = []
        for name in SET_NAMES:
            column = ghost.curves.column(name, metric)
            if column is not None:
                x, y = ghost.curves.series(column, axis)
                found.append(f"{name} {number(float(y[nearest(x, at)]))}" if len(x) else f"{name} not measured")
        return f"Course {ghost.number}, {ghost.name}: {', '.join(found)}"

    def newest_text(self, ghost: Ghost, metric: str) -> str:
        """Say the newest values of a course, and when it left the one that is shown."""
        found = []
        for name in SET_NAMES:
            column = ghost.curves.column(name, metric)
            if column is not None:
                found.append(f"{name} {metric_word(metric)} {number(ghost.curves.last(column))}")
        return f"apart from presentation {count(ghost.at)} on, at its end {', '.join(found)}"


def ghost_entries(ghosts: Sequence[Ghost], theme: Theme, *, is_brief: bool = False) -> list[Entry]:
    """Return what a legend says of ghosts: whose each is, and what the diamond means.

    Parameters
    ----------
    ghosts : sequence of Ghost
        The courses that are drawn dimmed.
    theme : Theme
        Gives the colours.
    is_brief : bool
        Whether there is little room: then several courses are only named by number, and pointing tells the rest.
    """
    if not ghosts:
        return []
    colour = dimmed(theme.curves["training"], theme)
    entries = (
        []
        if is_brief
        else [Entry("where a course leaves this one", "marker", "", theme.text, "d", tip=tip("intervention"))]
    )
    for ghost in ghosts:
        full = f"{ghost.number}: {ghost.name}"
        text = full
        if is_brief:
            is_alone = len(ghosts) == 1 and ghost.name.startswith("without")
            text = f"{ghost.number}: unchanged" if is_alone else f"course {ghost.number}" if len(ghosts) > 1 else full
        whole = f"{full} (click to show this course)"
        entries.append(
            Entry(text, "line", colour, dashes=DASHES, width=WIDTH, key=ghost.number, full=whole, tip=tip("ghost"))
        )
    return entries


def _lines(ghost: Ghost, metric: str, axis: str, theme: Theme) -> list[GhostLine]:
    found: list[GhostLine] = []
    for name in SET_NAMES:
        column = ghost.curves.column(name, metric)
        if column is None:
            continue
        shown, _ = ghost.curves.series(column, "presentations")
        x, y = ghost.curves.series(column, axis)
        first = max(0, int(np.searchsorted(shown, ghost.at, side="right")) - 1)
        found.append(GhostLine(ghost.number, x[first:], y[first:], theme.curves[name], is_marked=not found))
    return found
