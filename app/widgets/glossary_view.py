"""The glossary as a page: all terms with a search line on the left, the chosen one on the right.

It is a plain widget, for a dock or a tab; `GlossaryWindow` is the same as a window of its own.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.glossary import Entry, Glossary, glossary
from app.theme import LIGHT, Theme
from app.widgets.lesson_view import LessonView
from app.word_search import best_first

MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}


class GlossaryView(QWidget):
    """Terms to choose from, and what they mean.

    Parameters
    ----------
    terms : Glossary, optional
        By default the program's own.
    """

    def __init__(self, terms: Glossary | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.terms = terms if terms is not None else glossary()
        self.entry: Entry | None = None
        self._past: list[str] = []
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search a term")
        self.search.setAccessibleName("Search the glossary")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Terms")
        self.list.currentItemChanged.connect(self._on_list_current_item_changed)
        self.page = LessonView(self)
        self.page.browser.setAccessibleName("Explanation")
        self.see = QLabel(self)
        self.see.setTextFormat(Qt.TextFormat.RichText)
        self.see.setWordWrap(True)
        self.see.setMargin(12)
        self.see.setAutoFillBackground(True)
        self.see.setBackgroundRole(QPalette.ColorRole.Base)
        self.see.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.see.setAccessibleName("See also")
        self.see.linkActivated.connect(self._on_see_link_activated)
        self.back = QPushButton("← &Back", self)
        self.back.setToolTip("Back to the term whose link led here (Alt+Left)")
        self.back.setShortcut("Alt+Left")
        self.back.setEnabled(False)
        self.back.clicked.connect(self.go_back)
        self._arrange()
        self._fill("")
        self.show_term(self.terms.entries[0].term)

    def _arrange(self) -> None:
        left, right = QWidget(self), QWidget(self)
        for part, widgets in ((left, (self.search, self.list, self.back)), (right, (self.page, self.see))):
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4 if part is left else 0)
            for widget in widgets:
                column.addWidget(widget, 1 if widget in (self.list, self.page) else 0)
        self.splitter = QSplitter(self)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([220, 460])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(6, 6, 6, 6)
        whole.addWidget(self.splitter)
        self.setFocusProxy(self.search)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the page."""
        self.page.set_theme(theme)
        self._show_see()

    def show_term(self, name: str) -> bool:
        """Show a term by one of its names; tell whether there is one.

        Parameters
        ----------
        name : str
            As in the glossary, however it is capitalised.
        """
        entry = self.terms.find(name)
        if entry is None:
            return False
        if self._item(entry) is None:
            self.search.clear()
        item = self._item(entry)
        if item is not None:
            self.list.setCurrentItem(item)
        return True

    def go_back(self) -> None:
        """Show the term whose link led here."""
        if self._past:
            self.show_term(self._past.pop())
        self.back.setEnabled(bool(self._past))

    def _fill(self, query: str) -> None:
        """List the terms that fit, in the order of the alphabet until something is typed."""
        texts = ((entry, (entry.term, *entry.also)) for entry in self.terms.entries)
        found = best_first(query, texts)
        self.list.blockSignals(True)  # while it is emptied every term is the current one for a moment
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, entry.term)
            item.setToolTip(entry.tip)
            self.list.addItem(item)
        self.list.setCurrentRow(-1)
        self.list.blockSignals(False)
        if found:
            kept = self._item(self.entry) if self.entry is not None and not query else None
            self.list.setCurrentItem(kept or self.list.item(0))
        n = len(found)
        self.search.setAccessibleDescription(f"{n} {'term fits' if n == 1 else 'terms fit'}" if n else "No term fits")

    def _item(self, entry: Entry) -> QListWidgetItem | None:
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == entry.term:
                return self.list.item(row)
        return None

    def _on_list_current_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry = self.terms.find(item.data(Qt.ItemDataRole.UserRole))
        if entry is None or entry is self.entry:
            return
        self.entry = entry
        self.page.set_text(entry.page())
        self._show_see()

    def _show_see(self) -> None:
        names = [entry.title for name in (self.entry.see if self.entry else ()) if (entry := self.terms.find(name))]
        colour = self.page.theme.accent
        links = (f'<a href="term:{escape(name)}" style="color:{colour}">{escape(name)}</a>' for name in names)
        self.see.setText(f"See also: {' · '.join(links)}" if names else "")
        self.see.setVisible(bool(names))

    def _on_see_link_activated(self, href: str) -> None:
        if self.entry is not None:
            self._past.append(self.entry.term)
        self.show_term(QUrl(href).path())
        self.back.setEnabled(bool(self._past))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys of the search line move in the list."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = MOVES.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)


class GlossaryWindow(QDialog):
    """The glossary in a window of its own; the main window stays usable.

    Parameters
    ----------
    window : QWidget
        Over which it opens.
    """

    def __init__(self, window: QWidget, theme: Theme = LIGHT) -> None:
        super().__init__(window)
        self._window = window
        self.setWindowTitle("Glossary")
        self.view = GlossaryView(parent=self)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(self.view)
        self.view.set_theme(theme)
        self._is_placed = False

    def open_at(self, term: str = "") -> None:
        """Show the glossary, at a term if one is given."""
        if not self._is_placed:
            self._is_placed = True
            line, room = self.fontMetrics().height(), self._window.size()
            self.resize(min(52 * line, room.width() - 2 * line), min(36 * line, room.height() - 2 * line))
        if term:
            self.view.show_term(term)
        self.show()
        self.activateWindow()
        self.view.search.setFocus()
        self.view.search.selectAll()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the page."""
        self.view.set_theme(theme)
