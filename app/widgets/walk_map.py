"""Where things are on the page of a walk: how far each phase reaches, and what each line is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextDocument

from app.widgets.walk_page import DERIVATION, PHASE, Place, place_at

ABOVE = 5
"""How far a phase's ground reaches above its title."""
BETWEEN = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """Paragraphs, by number, that say something about one place."""

    place: Place
    first: int
    last: int


class WalkMap:
    """A map of a page; `read` it again after each change of the page.

    Parameters
    ----------
    document : QTextDocument
        The page.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self.titles: list[int] = []
        """The paragraphs, by number, that are titles of phases."""
        self._rows: list[_Row] | None = None

    def read(self) -> None:
        """Find the titles; lines are looked up when they are asked for."""
        self._rows = None
        self.titles = [block.blockNumber() for block in self._outer() if _href(block).startswith((PHASE, DERIVATION))]

    def _outer(self) -> Iterator[QTextBlock]:
        """Go through the paragraphs that stand in no table."""
        items = self._document.rootFrame().begin()
        while not items.atEnd():
            block = items.currentBlock()
            if block.isValid():
                yield block
            items += 1

    def _lines(self) -> list[_Row]:
        """Return which paragraphs are about which place."""
        if self._rows is None:
            self._rows = []
            root, place = self._document.rootFrame(), None
            block = self._document.begin()
            while block.isValid():
                href, number = _href(block), block.blockNumber()
                if self._document.frameAt(block.position()) is root:
                    place = None
                elif href:
                    place = place_at(href)
                    if place is not None:
                        self._rows.append(_Row(place, number, number))
                elif place is not None:
                    self._rows[-1] = _Row(place, self._rows[-1].first, number)
                block = block.next()
        return self._rows

    def section(self, number: int) -> tuple[float, float]:
        """Return where a phase, counted from 0, begins and ends on the page."""
        top = self._block_rect(self.titles[number]).top() - ABOVE
        if number + 1 < len(self.titles):
            return top, self._block_rect(self.titles[number + 1]).top() - ABOVE - BETWEEN
        return top, self._document.size().height() - self._document.documentMargin() + ABOVE

    def rects(self, place: Place) -> list[QRectF]:
        """Return where the lines about a place are."""
        return [self._rect(row) for row in self._lines() if row.place == place]

    def place_at_height(self, y: float) -> Place | None:
        """Return what the line at a height of the page is about."""
        for row in self._lines():
            rect = self._rect(row)
            if rect.top() <= y < rect.bottom():
                return row.place
        return None

    def _rect(self, row: _Row) -> QRectF:
        return self._block_rect(row.first).united(self._block_rect(row.last)).adjusted(0, -1, 0, 1)

    def _block_rect(self, number: int) -> QRectF:
        return self._document.documentLayout().blockBoundingRect(self._document.findBlockByNumber(number))


def _href(block: QTextBlock) -> str:
    """Return the address at the beginning of a paragraph."""
    first = block.begin()
    return "" if first.atEnd() else first.fragment().charFormat().anchorHref()
