"""Typeset rules for a page that is written anew again and again: laid out once, drawn once for a size and a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QImage

from app.lesson_html import FORMULA, Formula
from app.widgets.formula import FormulaStyle, Layout, draw, lay_out
from app.widgets.numbers import GAP
from app.widgets.walk_page import in_letters

SMALLEST = 0.6
"""A rule too wide for the page is made smaller, but not below this share of its size; then the page scrolls."""
MOST = 400
"""Pictures kept; with more, those of other pages are thrown away."""


class RulePictures:
    """Pictures of rules, for one page at a time."""

    def __init__(self) -> None:
        self.queue: list[str] = []
        """Rules that are to be laid out."""
        self.formulas: list[Formula] = []
        """The formulas of the page, in its order."""
        self.images: dict[str, QImage] = {}
        """Their pictures, by the address that stands for them on the page."""
        self._layouts: dict[str, Layout | None] = {}
        self._drawn: dict[tuple[str, FormulaStyle, float, float], QImage] = {}
        self.room = 400.0
        """Width of a line."""
        self.widest = 0.0
        """What the widest rule of the page would need in its full size."""
        self._style = FormulaStyle(16.0, "#000000")

    def want(self, rules: Iterable[str]) -> None:
        """Note which rules a page needs."""
        self.queue = [rule for rule in dict.fromkeys(rules) if rule not in self._layouts]

    def lay_out_next(self) -> None:
        """Lay out one of the rules that are needed; takes some milliseconds."""
        rule = self.queue.pop(0)
        self._layouts[rule] = lay_out(rule, is_display=True)

    def begin_page(self, style: FormulaStyle, room: float) -> None:
        """Begin a page with rules in a style, and so much room for a line."""
        self._style, self.room, self.widest = style, room, 0.0
        self.formulas, self.images = [], {}
        if len(self._drawn) > MOST:
            self._drawn.clear()

    def line(self, rules: Sequence[str]) -> str:
        """Return rules side by side, their baselines level, as HTML; in letters while one is not laid out."""
        found = [layout for rule in rules if (layout := self._layouts.get(rule)) is not None]
        if len(found) < len(rules):
            return in_letters(rules)
        widest = max(layout.width for layout in found) * self._style.size
        self.widest = max(self.widest, widest)
        size = round(self._style.size * min(1.0, max(SMALLEST, self.room / widest)), 2)
        style = FormulaStyle(size, self._style.colour, self._style.ratio)
        above = max(layout.ascent for layout in found) * size
        below = max(layout.depth for layout in found) * size
        return f"{GAP * 5} ".join(
            self._picture(rule, layout, style, above, below) for rule, layout in zip(rules, found, strict=True)
        )

    def _picture(self, rule: str, layout: Layout, style: FormulaStyle, above: float, below: float) -> str:
        key = (rule, style, above, below)
        if key not in self._drawn:
            self._drawn[key] = draw(layout, style, above, below)
        image, name = self._drawn[key], f"{FORMULA}{len(self.formulas)}"
        self.formulas.append(Formula(rule, is_display=True))
        self.images[name] = image
        return f'<img src="{name}" width="{image.width() / style.ratio:g}" height="{image.height() / style.ratio:g}"/>'
