"""A walk through one presentation as a page: what happens in each phase, the rule, and the numbers in it.

Phases that are not lit yet show only their titles. The page is HTML for Qt's text engine, made of our own symbols and
numbers; names that come from files are escaped. It holds no boxes and grounds: tables within tables are slow to lay
out, so those are painted behind the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from app.formula_text import readable
from app.theme import Theme
from app.widgets.expression_html import SIGNS, Writer
from app.widgets.numbers import GAP, count
from nlcore.explanations import Formula, Line, Step, Walk
from nlcore.expressions import Comparison, Expression

Mode = Literal["both", "symbols", "numbers"]
Place = tuple[str | int, ...]
PLACE: Final = "place:"
"""Begins the address of a line; then come the words and numbers of its place."""
PHASE: Final = "phase:"
"""Begins the address of a phase's title; then comes how many phases are lit up to it."""
FIRST_MARGIN: Final = 3
"""Below the first paragraph of a phase, in pixels."""
DERIVATION: Final = "derivation:"
INVITATION: Final = "Press F7 or “Next” to light the phases of this update one after the other, or click one."
END: Final = "That is all. “Next” goes on to the next one."
DERIVED: Final = "Where the rule comes from"
DERIVED_FOR: Final = "Line by line, as the lecture derives it. Select a weight to see it with the numbers of that one."
NOT_DERIVED: Final = "The lecture derives no rule for this network."


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows, and how.

    Attributes
    ----------
    walk : Walk
        The phases in words and formulas.
    lit : int
        How many of them are lit.
    mode : str
        "symbols", "numbers", or "both" one below the other.
    digits : int
        Significant digits of numbers.
    has_derivation : bool
        Whether the lecture's derivation follows.
    """

    walk: Walk
    lit: int
    mode: Mode = "both"
    digits: int = 4
    has_derivation: bool = False


Pictures = Callable[[Sequence[str]], str]
"""Returns what stands for formulas in LaTeX that share a line: their pictures, or letters until there are any."""


def in_letters(rules: Sequence[str]) -> str:
    """Return formulas in letters."""
    return f"{GAP * 4} ".join(readable(rule) for rule in rules)


def address(place: Sequence[str | int]) -> str:
    """Return the address of the lines about a place."""
    return PLACE + "/".join(map(str, place))


def place_at(href: str) -> Place | None:
    """Return the place of an address, or None if it is another one."""
    if not href.startswith(PLACE):
        return None
    return tuple(int(part) if part.lstrip("-").isdecimal() else part for part in href.removeprefix(PLACE).split("/"))


def rules_of(step: Step) -> tuple[str, ...]:
    """Return the rules of a step in LaTeX, each once."""
    return tuple(dict.fromkeys(formula.general for formula in step.formulas if formula.general))


def rows_of(shown: Shown) -> tuple[tuple[str, ...], ...]:
    """Return all LaTeX of a page that is typeset, line by line."""
    found = [rules_of(step) for step in shown.walk.steps]
    if shown.has_derivation:
        found += [(line.latex(),) for line in shown.walk.derivation]
    return tuple(rules for rules in found if rules)


class Page:
    """Writes pages in the colours of a theme.

    Parameters
    ----------
    theme : Theme
        Its colours.
    pictures : callable
        Gives the typeset formulas.
    """

    def __init__(self, theme: Theme, pictures: Pictures = in_letters) -> None:
        self._theme, self._pictures = theme, pictures

    def html(self, shown: Shown) -> str:
        """Return the page."""
        writer = Writer(self._theme, shown.digits)
        parts = []
        if shown.lit == 0:
            parts.append(f'<p style="margin:6px 0 6px 0">{INVITATION}</p>')
        for number, step in enumerate(shown.walk.steps, start=1):
            title = f"{number}{GAP}{GAP}{step.title}"
            parts.append(self._title(f"{PHASE}{number}", title, self.title_colour(number, shown.lit)))
            if number <= shown.lit:
                parts.append(self.content(number, shown))
        if shown.has_derivation:
            parts.append(self._title(DERIVATION, DERIVED, self._theme.text))
            parts.append(self._derivation(shown.walk.derivation, writer))
        return "".join(parts)

    def title_colour(self, number: int, lit: int) -> str:
        """Return the colour of a phase's title."""
        theme = self._theme
        return theme.muted if number > lit else theme.accent if number == lit else theme.text

    def content(self, number: int, shown: Shown) -> str:
        """Return what stands below the title of a phase, counted from 1; it begins with a paragraph."""
        return self._step(shown.walk.steps[number - 1], shown, Writer(self._theme, shown.digits)) + (
            f'<p style="margin:8px 0 0 0;color:{self._theme.muted}">{END}</p>'
            if number == len(shown.walk.steps)
            else ""
        )

    def _title(self, href: str, title: str, colour: str) -> str:
        link = f'<a name="{href}" href="{href}" style="color:{colour};text-decoration:none"><b>{escape(title)}</b></a>'
        return f'<p style="margin:10px 0 4px 0">{link}</p>'

    def _step(self, step: Step, shown: Shown, writer: Writer) -> str:
        parts = [f'<p style="margin:0 0 {FIRST_MARGIN}px 0">{escape(step.sentence) or GAP}</p>']
        rules = rules_of(step)
        if rules:
            parts.append(f'<p style="margin:5px 0 5px 0">{self._pictures(rules)}</p>')
        parts.append(self._lines(step.formulas, shown, writer))
        if step.n_more:
            parts.append(f'<p style="margin:2px 0 0 0;color:{self._theme.muted}">{more_sentence(step.n_more)}</p>')
        return "".join(parts)

    def _lines(self, formulas: Iterable[Formula], shown: Shown, writer: Writer) -> str:
        rows, said = "", ""
        for formula in formulas:
            note = formula.note if formula.note != said else ""  # what holds for several units is said once
            said = formula.note
            rows += self._row(formula, note, shown, writer)
        return f'<table cellspacing="0" cellpadding="1">{rows}</table>' if rows else ""

    def _row(self, formula: Formula, note: str, shown: Shown, writer: Writer) -> str:
        """Return the lines of one formula: in symbols, with numbers, or both."""
        style = f"text-decoration:none;color:{self._theme.text}"
        left = writer.symbol(formula.left)
        link = f'<a href="{address(formula.place)}" style="{style}">{left}</a>'
        if isinstance(formula.right, Comparison):
            right = self._comparison(formula.right, shown, writer)
        else:
            right = self._equation(formula, left, shown, writer)
        if note:
            right[-1] += f'{GAP * 2} <span style="color:{self._theme.muted}">{escape(note)}</span>'
        return f'<tr><td style="padding-right:4px">{link}</td><td>{"<br>".join(right)}</td></tr>'

    def _equation(self, formula: Formula, left: str, shown: Shown, writer: Writer) -> list[str]:
        """Return = symbols, and = numbers = value; symbols that only repeat the left side are left out."""
        found = []
        symbols = writer.symbols(formula.right)
        if shown.mode == "symbols" or (shown.mode == "both" and bare(symbols) != bare(left)):
            found.append(f"={GAP}{symbols}")
        if shown.mode != "symbols":
            found.append(self._result(formula.right, formula.value, "=", writer))
        return found

    def _result(self, right: Expression, value: float, sign: str, writer: Writer) -> str:
        """Return = numbers = value, or the value alone where that would say it twice."""
        numbers, result = writer.numbers(right), f"<b>{writer.value(value)}</b>"
        if bare(numbers) == bare(result):
            return f"{sign}{GAP}{result}"
        return f"{sign}{GAP}{numbers} ={GAP}{result}"

    def _comparison(self, right: Comparison, shown: Shown, writer: Writer) -> list[str]:
        """Return a statement with its numbers, and whether it is true."""
        verdict = f"<b>{'true' if right.value else 'false'}</b>"
        if shown.mode == "symbols":
            return [f"is {verdict}"]
        return [f":{GAP * 2}{writer.numbers(right)} is {verdict}"]

    def _derivation(self, lines: Sequence[Line], writer: Writer) -> str:
        hint = DERIVED_FOR if lines else NOT_DERIVED
        parts = [f'<p style="margin:0 0 3px 0;color:{self._theme.muted}">{hint}</p>']
        for line in lines:
            if line.reason:
                parts.append(f'<p style="margin:8px 0 0 0">{escape(line.reason)}</p>')
            parts.append(f'<p style="margin:4px 0 0 0">{self._pictures((line.latex(),))}</p>')
            sign = SIGNS.get(line.sign, escape(line.sign))
            result = self._result(line.right, line.value, sign, writer)
            parts.append(f'<p style="margin:1px 0 0 16px">{result}</p>')
        return "".join(parts)


def bare(html: str) -> str:
    """Return what is read, without tags and spaces."""
    return re.sub(r"<[^>]*>|\s", "", html)


def more_sentence(n: int) -> str:
    """Say how many formulas are not written out, and how to see them."""
    return f"… and {count(n)} more like {'this' if n == 1 else 'these'}: select a unit or a weight to see its own."
