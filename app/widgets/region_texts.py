"""The words beside a drawing of a region: what each layer of its network does, and whether it agrees."""

from __future__ import annotations

from app.widgets.numbers import counted
from nlcore.theory.regions import Plan, RegionName

TITLES: dict[RegionName, str] = {
    "half_plane": "half-plane",
    "convex": "convex polygon",
    "star": "star",
    "outside_strip": "outside of a strip",
    "two_polygons": "two polygons",
    "bow_tie": "bow tie",
    "ring": "ring",
    "own": "your drawing",
}


def hidden_words(layers: tuple[int, ...]) -> str:
    """Return how many hidden layers there are, in words."""
    n = len(layers) - 2
    return ("no hidden layer", "one hidden layer", "two hidden layers")[n] if n < 3 else f"{n} hidden layers"


def layers_text(layers: tuple[int, ...]) -> str:
    """Return sizes and hidden layers: "2-5-1, one hidden layer"."""
    return f"{'-'.join(map(str, layers))}, {hidden_words(layers)}"


def plan_lines(plan: Plan) -> list[str]:
    """Say what the units of each layer do."""
    n = len(plan.lines)
    if n == 1:
        return ["Output: 1 unit, a half-plane. Its line is the whole border."]
    found = [f"Hidden layer 1: {counted(n, 'unit')}, one for each straight line, says yes on one side of it."]
    if plan.votes:
        if any(vote != 1 for vote in plan.votes):
            return [*found, "Output: yes if all around the polygon say yes, and one around the hole says no."]
        if plan.needed == n:
            return [*found, f"Output: yes if all {n} say yes (AND)."]
        if plan.needed == 1:
            return [*found, f"Output: yes if at least one of the {n} says yes (OR)."]
        return [*found, f"Output: yes if at least {plan.needed} of the {n} say yes."]
    pieces, holes = len(plan.pieces), len(plan.holes)
    said = f": {pieces} of the region, {holes} to be cut out" if holes else ""
    found.append(f"Hidden layer 2: {counted(pieces + holes, 'unit')}, one AND for each convex piece{said}.")
    last = "Output: yes for the piece" if pieces == 1 else "Output: yes for any piece (OR)"
    if holes:
        last += ", but not where one is cut out (AND NOT)"
    return [*found, f"{last}."]


def agreement_words(n_right: int, n: int) -> str:
    """Say in which share of the places of a grid a network answers as the drawing does; all only if it is all."""
    if n_right == n:
        return "100 %"
    return f"{min(100.0 * n_right / n, 99.99):.2f} %"
