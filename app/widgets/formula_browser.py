"""A page with formulas as pictures: it copies them as letters, and loads nothing from anywhere else."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage, QTextBlock, QTextCursor, QTextFragment
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from app.formula_text import plain
from app.lesson_html import FORMULA, Formula


class FormulaBrowser(QTextBrowser):
    """A text browser that knows its formulas and loads nothing else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pictures: dict[str, QImage] = {}
        self.formulas: tuple[Formula, ...] = ()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give a formula's picture, and nothing for any other address."""
        del kind
        return self.pictures.get(name if isinstance(name, str) else name.toString())

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy formulas as letters."""
        cursor = self.textCursor()
        data = QMimeData()
        data.setText(self.text_between(cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def text_between(self, start: int, end: int) -> str:
        """Return the text between two positions, with formulas as letters."""
        lines: list[str] = []
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            line = ""
            for fragment in fragments(block):
                low, high = max(start, fragment.position()), min(end, fragment.position() + fragment.length())
                if low >= high:
                    continue
                number = _formula_number(fragment)
                if number is None:
                    line += fragment.text()[low - fragment.position() : high - fragment.position()]
                elif number < len(self.formulas):
                    line += plain(self.formulas[number].latex)
            lines.append(line)
            block = block.next()
        return "\n".join(lines).replace("\u00a0", " ").replace("\u2028", "\n")

    def focus_link(self, href: str) -> None:
        """Move the keyboard's place to a link, as Tab does."""
        self.setTextCursor(QTextCursor(self.document()))
        for _ in range(self.document().characterCount()):
            if not self.focusNextPrevChild(True):
                return
            cursor = self.textCursor()
            cursor.setPosition(cursor.selectionEnd())
            if cursor.charFormat().anchorHref() == href:
                return


def fragments(block: QTextBlock) -> list[QTextFragment]:
    """Return the pieces of a paragraph."""
    iterator = block.begin()
    found: list[QTextFragment] = []
    while not iterator.atEnd():
        found.append(iterator.fragment())
        iterator += 1
    return found


def _formula_number(fragment: QTextFragment) -> int | None:
    style = fragment.charFormat()
    if not style.isImageFormat():
        return None
    number = re.fullmatch(rf"{FORMULA}(\d+)", style.toImageFormat().name())
    return int(number[1]) if number else None
