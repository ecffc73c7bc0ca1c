"""The page on which one presentation is walked through: it scrolls to the lit phase and knows what each line is about.

Rules appear in letters at once and are typeset one at a time while the window is idle; their pictures are kept for the
next phase. The grounds of phases and of marked lines are painted behind the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.formula import FormulaStyle
from app.widgets.formula_browser import FormulaBrowser
from app.widgets.rule_pictures import RulePictures
from app.widgets.walk_map import ABOVE, WalkMap
from app.widgets.walk_page import FIRST_MARGIN, PHASE, Page, Place, Shown, place_at, rows_of

MARGIN = 12
EDGE = 4
"""Width of the bar at the left of a phase."""


class WalkView(FormulaBrowser):
    """Shows a walk.

    Signals
    -------
    place_chosen : tuple
        A line was clicked: what it is about.
    phase_chosen : int
        A phase's title was clicked: how many phases are lit up to it.
    """

    place_chosen = Signal(object)
    phase_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.marked: frozenset[Place] = frozenset()
        self.shown: Shown | None = None
        self.words_of: Callable[[Place], str] = lambda _: ""
        """Says what a place is called."""
        self.map = WalkMap(self.document())
        self._pointed: Place | None = None
        self._pressed_at: QPoint | None = None
        self._followed_section: int | None = None
        self.verticalScrollBar().actionTriggered.connect(self._on_scrolled_by_hand)
        self._written: Theme | None = None
        self.rules = RulePictures()
        self._typesetting = QTimer(self, interval=0)
        self._typesetting.timeout.connect(self._typeset_next)
        self._settling = QTimer(self, interval=60, singleShot=True)
        self._settling.timeout.connect(self._write)
        digits = QFont()
        digits.setFeature(QFont.Tag("tnum"), 1)  # all digits of one width, so that numbers stand below each other
        self.setFont(digits)
        self.document().setDocumentMargin(MARGIN)
        self.setMinimumSize(100, 60)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else each change lays out twice
        self.anchorClicked.connect(self._follow)
        self.setAccessibleName("The update, phase by phase")
        self.setAccessibleDescription(
            "Tab moves from line to line. Enter on a formula marks its unit or weight in all panes, Enter on a phase's "
            "title lights the phases up to it."
        )

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_walk(self, shown: Shown, marked: frozenset[Place], theme: Theme) -> None:
        """Show a walk; the same one is only marked anew."""
        is_same = shown == self.shown and theme is self.theme
        before, self.shown, self.theme = self.shown, shown, theme
        if marked != self.marked:
            self.marked = marked
            self.viewport().update()
        if is_same:
            return
        self.rules.want(rule for row in rows_of(shown) for rule in row)
        if self.rules.queue and self.isVisible():
            self._typesetting.start()
        if not self._write_one_phase(before, shown):
            self._write()
        if before is None or before.lit != shown.lit:
            self.bring_up(shown.lit - 1)
        elif shown.has_derivation and not before.has_derivation:
            self.bring_up(len(shown.walk.steps))

    def bring_up(self, number: int) -> None:
        """Scroll so that a phase, counted from 0, is in sight, and keep it there until somebody scrolls.

        Where it is higher than the page, its beginning is in sight.
        """
        self._followed_section = number
        bar = self.verticalScrollBar()
        if not 0 <= number < len(self.map.titles):
            bar.setValue(0)
            return
        top, bottom = self.map.section(number)
        if bottom > bar.value() + self.viewport().height():
            bar.setValue(round(bottom - self.viewport().height() + ABOVE))
        if top < bar.value():
            bar.setValue(round(top - ABOVE))

    def bring_up_place(self, place: Place) -> None:
        """Scroll to the first line about a place, if it is out of sight."""
        self._followed_section = None
        rects = self.map.rects(place)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if rects and not any(rect.top() >= bar.value() and rect.bottom() <= bar.value() + height for rect in rects):
            bar.setValue(round(rects[-1].center().y() - height / 2))

    def finish_formulas(self) -> None:
        """Typeset all formulas now instead of little by little."""
        if not self.rules.queue and not self._settling.isActive():
            return
        while self.rules.queue:
            self.rules.lay_out_next()
        self._typesetting.stop()
        self._write()

    def plain_text(self) -> str:
        """Return what is shown as text without markup, formulas in letters."""
        return self.text_between(0, self.document().characterCount())

    def text_between(self, start: int, end: int) -> str:
        """Return the text between two positions; both sides of a formula on one line."""
        return super().text_between(start, end).replace("\n= ", " = ")

    def _write(self) -> None:
        """Write the page anew, without moving what is being read."""
        self._settling.stop()
        if self.shown is None:
            return
        place, link = self.verticalScrollBar().value(), self._link_with_focus()
        style = FormulaStyle.matching(self.font(), self.theme.text, self.devicePixelRatioF())
        self.rules.begin_page(style, room_on(self.viewport().width()))
        html = Page(self.theme, self.rules.line).html(self.shown)
        self.pictures, self.formulas = self.rules.images, tuple(self.rules.formulas)
        self.document().setLayoutEnabled(False)
        self.setHtml(html)
        self.document().setLayoutEnabled(True)
        self.map.read()
        self._written = self.theme
        if link:
            self.focus_link(link)
        self.verticalScrollBar().setValue(place)
        if self._followed_section is not None:
            self.bring_up(self._followed_section)

    def _write_one_phase(self, before: Shown | None, shown: Shown) -> bool:
        """Write or take away the newest phase only, if nothing else is different; tell whether that was enough."""
        if before is None or min(before.lit, shown.lit) < 1 or abs(before.lit - shown.lit) != 1:
            return False
        if self._written is not self.theme or replace(before, lit=shown.lit) != shown:
            return False
        self.rules.room = room_on(self.viewport().width())
        number, document = max(before.lit, shown.lit), self.document()
        titles = [document.findBlockByNumber(title) for title in self.map.titles]
        page, edit = Page(self.theme, self.rules.line), QTextCursor(document)
        for k in (number - 1, number):
            edit.setPosition(titles[k - 1].position())
            edit.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            colour = QTextCharFormat()
            colour.setForeground(QColor(page.title_colour(k, shown.lit)))
            edit.mergeCharFormat(colour)
        edit.clearSelection()
        edit.setPosition(titles[number - 1].position() + titles[number - 1].length() - 1)
        if shown.lit == number:
            first = QTextBlockFormat()
            first.setBottomMargin(FIRST_MARGIN)
            edit.insertBlock(first, QTextCharFormat())
            edit.insertHtml(page.content(number, shown))
            self.pictures, self.formulas = self.rules.images, tuple(self.rules.formulas)
        elif number < len(titles):
            edit.setPosition(titles[number].position() - 1, QTextCursor.MoveMode.KeepAnchor)
            edit.removeSelectedText()
        else:
            edit.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            edit.removeSelectedText()
        self.map.read()
        self.viewport().update()
        return True

    def _link_with_focus(self) -> str:
        """Return the address of the link that the keyboard is on; empty if it is elsewhere."""
        cursor = self.textCursor()
        if not self.hasFocus() or not cursor.hasSelection():
            return ""
        cursor.setPosition(cursor.selectionEnd())
        return cursor.charFormat().anchorHref()

    def _on_scrolled_by_hand(self) -> None:
        self._followed_section = None

    def _typeset_next(self) -> None:
        """Typeset one rule; show the pictures when all are done."""
        if self.rules.queue:
            self.rules.lay_out_next()
        if not self.rules.queue:
            self._typesetting.stop()
            self._write()

    # --- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grounds, then the text."""
        painter = QPainter(self.viewport())
        self._paint_grounds(painter)
        painter.end()
        super().paintEvent(event)

    def _paint_grounds(self, painter: QPainter) -> None:
        theme, up, width = self.theme, self.verticalScrollBar().value(), self.viewport().width()
        left = -self.horizontalScrollBar().value()
        wide = max(width, round(self.document().size().width()))
        lit = self.shown.lit if self.shown is not None else 0
        for number in range(len(self.map.titles)):
            top, bottom = self.map.section(number)
            if bottom < up or top > up + self.viewport().height():
                continue
            is_current = number == lit - 1
            edge = theme.accent if is_current else blend(theme.accent, theme.base, 0.45) if number < lit else theme.line
            if is_current:
                ground = QColor(blend(theme.accent, theme.base, 0.09))
                painter.fillRect(QRectF(left, top - up, wide, bottom - top), ground)
            painter.fillRect(QRectF(left, top - up, EDGE, bottom - top), QColor(edge))
        places = [place for place in (self._pointed,) if place is not None and place not in self.marked]
        for place in (*places, *self.marked):
            is_marked = place in self.marked
            shade = blend(theme.high, theme.base, 0.3) if is_marked else blend(theme.accent, theme.base, 0.18)
            for rect in self.map.rects(place):
                painter.fillRect(QRectF(left + EDGE, rect.top() - up, wide - EDGE, rect.height()), QColor(shade))

    # --- pointing ----------------------------------------------------------------------------------------------------

    def place_under(self, point: QPoint) -> Place | None:
        """Return what the line at a point of the viewport is about."""
        return self.map.place_at_height(point.y() + self.verticalScrollBar().value())

    def _point_at(self, place: Place | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which line would be chosen."""
        super().mouseMoveEvent(event)
        is_free = event.buttons() == Qt.MouseButton.NoButton
        self._point_at(self.place_under(event.position().toPoint()) if is_free else None)
        if is_free and not self.anchorAt(event.position().toPoint()):
            is_text = self._pointed is None
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor if is_text else Qt.CursorShape.PointingHandCursor)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what the line under the pointer is about."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.place_under(event.pos())
            words = self.words_of(place) if place is not None else ""
            QToolTip.showText(event.globalPos(), f"{words}\nClick to mark it in all panes." if words else "", self)
            return True
        return super().viewportEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note where a click begins."""
        super().mousePressEvent(event)
        self._pressed_at = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the line, unless the mouse was dragged to select text or is on a link, which does the same."""
        point, pressed = event.position().toPoint(), self._pressed_at
        self._pressed_at = None
        is_link = bool(self.anchorAt(point))
        super().mouseReleaseEvent(event)
        event.accept()
        if pressed is None or is_link or self.textCursor().hasSelection():
            return
        place = self.place_under(point)
        if place is not None and (point - pressed).manhattanLength() < 4:
            self.place_chosen.emit(place)

    def _follow(self, url: QUrl) -> None:
        """Do what a link says."""
        href = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        place = place_at(href)
        if place is not None:
            self.place_chosen.emit(place)
        elif href.startswith(PHASE):
            self.phase_chosen.emit(int(href.removeprefix(PHASE)))

    # --- changes of the widget ---------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to typeset."""
        super().showEvent(event)
        if self.rules.queue:
            self._typesetting.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit wide rules to the new width, a moment after the last change."""
        super().resizeEvent(event)
        old, new = event.oldSize().width(), event.size().width()
        if old != new and self.rules.widest > room_on(min(old, new)):
            self._settling.start()
        elif self._followed_section is not None:
            self.bring_up(self._followed_section)

    def changeEvent(self, event: QEvent) -> None:
        """Write again in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.shown is not None:
            self._settling.start()


def room_on(width: int) -> float:
    """Return how wide a rule may be on a page of some width."""
    return max(60.0, width - 2.0 * MARGIN - 2.0)
