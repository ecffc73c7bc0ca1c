"""What an explanation is made of: steps with formulas, and the lines of a derivation.

A formula knows the rule in general, the same for one unit or weight in symbols and with numbers, and the engine's own
number. All of it is frozen and can be written as text or LaTeX.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nlcore.expressions import Comparison, Expression, Named, latex, plain, text

Place = tuple[str | int, ...]
"""What a formula is about: ("unit", layer, j), ("weight", layer, j, i) with i = -1 for the bias, or ("example",)."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What is to be written out where there is more than fits.

    Attributes
    ----------
    unit : tuple of int, optional
        Layer and unit, layer 0 being the inputs.
    weight : tuple of int, optional
        Layer, unit and input as in ``weights[layer][unit][input]``; input -1 is the bias.
    most : int
        Of layers and sums with more units than this, only so many are written out, the chosen ones among them.
    """

    unit: tuple[int, int] | None = None
    weight: tuple[int, int, int] | None = None
    most: int = 6


@dataclass(frozen=True, slots=True)
class Formula:
    r"""One number of the update and how it comes about.

    Attributes
    ----------
    place : tuple
        Which unit, weight or example it is about, see `Place`.
    kind : str
        What it is of it: "net input", "output", "delta", "weight change" ...
    left : str
        Its symbol in LaTeX.
    general : str
        The rule as the lecture writes it, in LaTeX: ``\delta_h = o_h (1 - o_h) \sum_k w_{kh} \delta_k``.
    right : Expression
        The same for this place.
    value : float
        The engine's number.
    note : str
        A sentence on what is special here, or nothing.
    """

    place: Place
    kind: str
    left: str
    general: str
    right: Expression
    value: float
    note: str = ""

    def latex(self, digits: int) -> str:
        """Write symbol, formula, formula with numbers, and number as LaTeX."""
        return _chain(latex, self.left, self.right, self.value, digits)

    def text(self, digits: int) -> str:
        """Write the same as plain text."""
        return _chain(text, plain(self.left), self.right, self.value, digits)


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of the presentation, explained.

    Attributes
    ----------
    name : str
        The phase's name.
    title, sentence : str
        In plain words: what happens, and why.
    formulas : tuple of Formula
        How its numbers come about.
    n_more : int
        How many units or weights have formulas like these that are not shown.
    """

    name: str
    title: str
    sentence: str
    formulas: tuple[Formula, ...] = ()
    n_more: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation; `left` is empty where it goes on from the line before.

    Attributes
    ----------
    left : str
        In LaTeX.
    right : Expression
        In symbols and with the current numbers.
    reason : str
        Why it follows from the line before.
    sign : str
        What stands between them: "=", ">".
    value : float
        The engine's number.
    """

    left: str
    right: Expression
    value: float
    reason: str = ""
    sign: str = "="

    def latex(self, digits: int | None = None) -> str:
        """Write the line as LaTeX, in symbols or with numbers."""
        return f"{self.left} {self.sign} {latex(self.right, digits)}".strip()

    def text(self, digits: int | None = None) -> str:
        """Write the line as plain text, in symbols or with numbers."""
        return f"{plain(self.left)} {self.sign} {text(self.right, digits)}".strip()


@dataclass(frozen=True, slots=True)
class Walk:
    """One presentation, explained from beginning to end.

    Attributes
    ----------
    steps : tuple of Step
        One for each phase of the trace, in the same order.
    derivation : tuple of Line
        Where the rule comes from, for the chosen weight and with its numbers.
    """

    steps: tuple[Step, ...]
    derivation: tuple[Line, ...] = ()
    _found: dict[Place, tuple[Formula, ...]] = field(default_factory=dict, repr=False, compare=False)

    def about(self, place: Place) -> tuple[Formula, ...]:
        """Return all formulas about one unit, weight or example, in their order."""
        if not self._found:
            for step in self.steps:
                for formula in step.formulas:
                    self._found[formula.place] = (*self._found.get(formula.place, ()), formula)
        return self._found.get(place, ())

    def text(self, digits: int = 4) -> str:
        """Write everything as plain text."""
        lines: list[str] = []
        for number, step in enumerate(self.steps, 1):
            lines += [f"{number}. {step.title}", f"   {step.sentence}"]
            said: set[str] = set()
            for formula in step.formulas:
                if formula.general not in said:
                    said.add(formula.general)
                    lines.append(f"   {plain(formula.general)}")
                lines.append(f"     {formula.text(digits)}" + (f"   ({formula.note})" if formula.note else ""))
            if step.n_more:
                lines.append(f"     ... and {step.n_more:,} more")
        if self.derivation:
            lines.append("Where the rule comes from")
            for line in self.derivation:
                lines.append(f"   {line.text()}   ({line.text(digits)})" + (f"   {line.reason}" if line.reason else ""))
        return "\n".join(lines) + "\n"

    def latex(self, digits: int = 4) -> str:
        """Write everything as LaTeX, to be pasted into a document that uses amsmath."""
        lines: list[str] = []
        for step in self.steps:
            lines.append(rf"\paragraph{{{step.title}.}} {_escaped(step.sentence)}")
            said: set[str] = set()
            for formula in step.formulas:
                if formula.general not in said:
                    said.add(formula.general)
                    lines.append(rf"\[ {formula.general} \]")
                lines.append(rf"\[ {formula.latex(digits)} \]" + (f" {_escaped(formula.note)}" if formula.note else ""))
            if step.n_more:
                lines.append(f"And {step.n_more:,} more.")
        if self.derivation:
            lines.append(r"\paragraph{Where the rule comes from.}")
        lines += [
            rf"\[ {line.latex()} \qquad ({line.latex(digits)}) \] {_escaped(line.reason)}".strip()
            for line in self.derivation
        ]
        return "\n".join(lines) + "\n"


_ESCAPES = {
    "\u2212": "$-$",
    "\u2264": r"$\leq$",
    "\u00b7": r"$\cdot$",
    "\u03b7": r"$\eta$",
    "\u2202": r"$\partial$",
    "_": r"\_",
    "^": r"\^{}",
}


def _escaped(sentence: str) -> str:
    """Return a sentence as LaTeX."""
    return "".join(_ESCAPES.get(sign, sign) for sign in sentence)


def _chain(write: Callable[..., str], left: str, right: Expression, value: float, digits: int) -> str:
    """Write left = symbols = numbers = value, without saying a thing twice; of a comparison, whether it holds."""
    if isinstance(right, Comparison):
        holds = "true" if value else "false"
        found = [write(right), write(right, digits), rf"\text{{{holds}}}" if write is latex else holds]
        return (
            (r": \quad " if write is latex else ": ").join(found[:2])
            + (r", \quad " if write is latex else ", ")
            + found[2]
        )
    pieces = [left]
    for piece in (write(right), write(right, digits), write(Named("", value), digits)):
        if piece != pieces[-1]:
            pieces.append(piece)
    return " = ".join(pieces)
