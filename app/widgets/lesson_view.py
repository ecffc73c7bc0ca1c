"""The page a lesson is read on: text, formulas, folding blocks, and links that act on the tool.

The text appears at once, with formulas written in letters; they are typeset one at a time while the window is idle.
Nothing is ever loaded from elsewhere: pictures come from the formulas alone, and a web page opens in the system's
browser, on a click.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QFontMetrics,
    QFontMetricsF,
    QImage,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lesson_html import FOLD, FORMULA, Formula, Page, Picture, render
from app.lesson_text import parse_link
from app.theme import LIGHT, Theme
from app.widgets.formula import FormulaStyle, Layout, draw, lay_out
from app.widgets.formula_browser import FormulaBrowser, fragments

MARGIN = 14
INDENT = 56
"""Pixels of a line that margins and the frame of a folding block may take."""
SMALLEST = 0.65
"""A formula too wide for the page is made smaller, but not below this share of its size; then the page scrolls."""
LINE_DISTANCE = 1.28
"""Of lines in a paragraph, in heights of the font."""
SETTLE_MS = 60


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A formula's picture, its size on the page, and whether its baseline is at the font's descent or the middle."""

    image: QImage
    size: Picture
    is_shallow: bool


class LessonView(QWidget):
    """Shows a lesson's text.

    Signals
    -------
    action_requested : str, dict
        A link was followed that asks the tool for something: its name and arguments.
    """

    action_requested = Signal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.browser = FormulaBrowser(self)
        self.browser.document().setDocumentMargin(MARGIN)
        self.browser.anchorClicked.connect(self._follow)
        self.browser.setAccessibleName("Lesson text")
        self.browser.setAccessibleDescription("Tab moves from link to link, Enter follows a link.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.browser)
        self.setFocusProxy(self.browser)
        self._text = ""
        self._page = Page("", (), 0)
        self._open: set[int] = set()
        self._layouts: dict[Formula, Layout | None] = {}
        self._drawn: dict[tuple[Formula, FormulaStyle], _Drawn] = {}
        self._queue: list[Formula] = []
        self._widest = 0.0
        self._formula_timer = QTimer(self, interval=0)
        self._formula_timer.timeout.connect(self._typeset_next)
        self._settle_timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle_timer.timeout.connect(self._show_page)
        self.set_theme(LIGHT)

    def set_text(self, markdown: str) -> None:
        """Show another text from its beginning, all blocks folded."""
        self._text = markdown
        self._open.clear()
        self._drawn.clear()
        everything = render(markdown, self.theme, range(markdown.count(":::"))).formulas
        self._layouts = {formula: self._layouts[formula] for formula in everything if formula in self._layouts}
        self._show_page()
        hidden = [formula for formula in everything if formula not in self._page.formulas]
        self._queue = [f for f in (*self._page.formulas, *hidden) if f not in self._layouts]
        self.browser.verticalScrollBar().setValue(0)
        if self.isVisible():
            self._formula_timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours; place and folding stay."""
        self.theme = theme
        palette = self.browser.palette()
        for role, colour in (
            (QPalette.ColorRole.Base, theme.base),
            (QPalette.ColorRole.Text, theme.text),
            (QPalette.ColorRole.Link, theme.accent),
            (QPalette.ColorRole.Highlight, theme.accent),
            (QPalette.ColorRole.HighlightedText, theme.on_accent),
        ):
            palette.setColor(role, colour)
        self.browser.setPalette(palette)
        self._drawn.clear()
        self._show_page()

    @property
    def open_blocks(self) -> frozenset[int]:
        """Which folding blocks are open, counted from 0."""
        return frozenset(self._open)

    def toggle_block(self, number: int) -> None:
        """Open a folding block, or close it."""
        if not 0 <= number < self._page.n_blocks:
            return
        self._open ^= {number}
        self._show_page()
        if self.browser.hasFocus():
            place = self.browser.verticalScrollBar().value()
            self.browser.focus_link(f"{FOLD}{number}")
            self.browser.verticalScrollBar().setValue(place)

    def finish_formulas(self) -> None:
        """Typeset all visible formulas now instead of little by little."""
        for formula in self._page.formulas:
            self._lay_out(formula)
        self._show_page()

    def plain_text(self) -> str:
        """Return what is shown as text without markup, formulas in letters."""
        return self.browser.text_between(0, self.browser.document().characterCount())

    def _typeset_next(self) -> None:
        """Typeset one formula; show the pictures when all that are visible are done."""
        if not self._queue:
            self._formula_timer.stop()
            return
        formula = self._queue.pop(0)
        self._lay_out(formula)
        visible = set(self._page.formulas)
        if formula in visible and not visible.intersection(self._queue):
            self._show_page()

    def _lay_out(self, formula: Formula) -> None:
        if formula not in self._layouts:
            self._layouts[formula] = lay_out(formula.latex, formula.is_display)

    def _show_page(self) -> None:
        """Write the page anew, without moving what is being read."""
        self._settle_timer.stop()
        block, offset = self._place()
        self._widest = 0.0
        self._page = render(self._text, self.theme, self._open, self._picture, self._line_height())
        style = self._style()
        drawn = {f"{FORMULA}{n}": self._drawn.get((f, style)) for n, f in enumerate(self._page.formulas)}
        self.browser.formulas = self._page.formulas
        self.browser.pictures = {name: picture.image for name, picture in drawn.items() if picture}
        self.browser.document().setLayoutEnabled(False)  # one layout at the end; edits in between would leave gaps
        self.browser.setHtml(self._page.html)
        self._align({name for name, picture in drawn.items() if picture and picture.is_shallow})
        self.browser.document().setLayoutEnabled(True)
        self._return_to(block, offset)

    def _style(self) -> FormulaStyle:
        return FormulaStyle.matching(self.browser.font(), self.theme.text, self.devicePixelRatioF())

    def _line_height(self) -> int:
        return round(LINE_DISTANCE * QFontMetricsF(self.browser.font()).height())

    def _picture(self, formula: Formula) -> Picture | None:
        """Draw a formula if it is laid out, with room around it so that its baseline comes to lie on that of the text.

        The text engine puts a picture's lower edge at the font's descent, or its middle half of half an x above the
        baseline; shallow formulas use the first, deep ones such as fractions the second.
        """
        layout = self._layouts.get(formula)
        if layout is None:
            return None
        style = self._style()
        full = layout.width * style.size
        self._widest = max(self._widest, full)
        scale = min(1.0, max(SMALLEST, (self.browser.viewport().width() - INDENT) / full))
        key = (formula, style)
        size = FormulaStyle(style.size * scale, style.colour, style.ratio)
        font = self.browser.font()
        descent, half_x = QFontMetricsF(font).descent(), QFontMetrics(font).xHeight() / 2
        above, below = layout.ascent * size.size, layout.depth * size.size
        is_shallow = below <= descent + 0.6 and not formula.is_display
        if is_shallow:
            below = descent
        else:
            height = max(2 * below + half_x, 2 * above - half_x)
            above, below = (height + half_x) / 2, (height - half_x) / 2
        image = draw(layout, size, above, below)
        width = image.width() / style.ratio
        line = self._line_height()  # of which the engine puts four fifths above the baseline
        is_tall = above > 0.8 * line or below > 0.4 * line
        self._drawn[key] = _Drawn(image, Picture(width, above + below, is_tall), is_shallow)
        return self._drawn[key].size

    def _align(self, shallow: set[str]) -> None:
        """Put the pictures of formulas on the baseline."""
        edit = QTextCursor(self.browser.document())
        edit.beginEditBlock()
        block = self.browser.document().begin()
        while block.isValid():
            for fragment in list(fragments(block)):
                style = fragment.charFormat()
                if not style.isImageFormat():
                    continue
                name = style.toImageFormat().name()
                align = QTextCharFormat.VerticalAlignment
                style.setVerticalAlignment(align.AlignBaseline if name in shallow else align.AlignMiddle)
                edit.setPosition(fragment.position())
                edit.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
                edit.setCharFormat(style)
            block = block.next()
        edit.endEditBlock()

    def _place(self) -> tuple[int, float]:
        """Return which block is at the upper edge, and how far it is scrolled past its own."""
        block = self.browser.cursorForPosition(QPoint(MARGIN + 20, 2)).block()
        top = self.browser.document().documentLayout().blockBoundingRect(block).top()
        return block.blockNumber(), self.browser.verticalScrollBar().value() - top

    def _return_to(self, number: int, offset: float) -> None:
        block = self.browser.document().findBlockByNumber(number)
        if block.isValid():
            top = self.browser.document().documentLayout().blockBoundingRect(block).top()
            self.browser.verticalScrollBar().setValue(round(top + offset))

    def _follow(self, url: QUrl) -> None:
        """Do what a link says; anything but an action or a web page is ignored."""
        href = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        fold = re.fullmatch(rf"{FOLD}(\d{{1,6}})", href)
        if fold:
            self.toggle_block(int(fold[1]))
            return
        try:
            action = parse_link(href)
        except ValueError:
            return
        if action is None:
            QDesktopServices.openUrl(url)
        else:
            self.action_requested.emit(action.name, dict(action.arguments))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to typeset."""
        super().showEvent(event)
        if self._queue:
            self._formula_timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit wide formulas to the new width, a moment after the last change."""
        super().resizeEvent(event)
        if self._widest > min(event.size().width(), event.oldSize().width()) - INDENT - 2 * MARGIN:
            self._settle_timer.start()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the formulas anew for another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._text:
            self._settle_timer.start()
