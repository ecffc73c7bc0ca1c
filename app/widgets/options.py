"""A row of controls above a picture that always fits its width.

Where there is room, every control is in sight with its label. Where there is not, labels go and the switches move into
a menu button, so nothing is ever cut off or out of reach.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

ROOM = 120
"""Width in pixels that a combo box should have at least in the wide form."""
UNCHECKED = "QCheckBox::indicator:unchecked { width: 11px; height: 11px; border: 1px solid palette(placeholder-text); }"
"""The edge of an empty box in the colour of quiet text: the style's own cannot be seen on a dark window."""
SHORT = Qt.ItemDataRole.UserRole + 1
"""Where an item keeps a shorter text for a narrow box."""


class Choice(QComboBox):
    """A combo box that shortens its text where it does not fit, instead of cutting it off."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box with the longest text that fits."""
        del event
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 4
        text = self.currentText()
        if self.fontMetrics().horizontalAdvance(text) > room:
            short = self.currentData(SHORT)
            text = short if isinstance(short, str) and short else text
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class OptionRow(QWidget):
    """Combo boxes, switches and buttons in one row.

    Parameters
    ----------
    parent : QWidget, optional
        Where it lives.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 4, 6, 2)
        self._row.setSpacing(6)
        self._labels: list[QLabel] = []
        self._combos: list[QComboBox] = []
        self._boxes: list[QCheckBox] = []
        self._buttons: list[QWidget] = []
        self._texts: dict[QPushButton, tuple[str, str]] = {}
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.more = QToolButton(self)
        self.more.setText("More")
        self.more.setToolTip("More choices for this picture")
        self.more.setAccessibleName("More choices")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setMenu(self._menu)
        self.more.hide()
        self._is_narrow = False

    def add_choice(self, label: str, name: str, tip: str) -> QComboBox:
        """Add a combo box.

        Parameters
        ----------
        label : str
            Stands before it where there is room; a letter after & becomes the shortcut.
        name : str
            For screen readers.
        tip : str
            Shown when the pointer rests on it.
        """
        text, combo = QLabel(label, self), Choice(self)
        text.setBuddy(combo)
        text.setToolTip(tip)
        combo.setAccessibleName(name)
        combo.setToolTip(tip)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(7)
        self._row.addWidget(text)
        self._row.addWidget(combo, 1)
        self._labels.append(text)
        self._combos.append(combo)
        return combo

    def add_number(self, label: str, name: str, tip: str) -> QSpinBox:
        """Add a line for a whole number; see `add_choice`."""
        text, box = QLabel(label, self), QSpinBox(self)
        text.setBuddy(box)
        text.setToolTip(tip)
        box.setAccessibleName(name)
        box.setToolTip(tip)
        self._row.addWidget(text)
        self._row.addWidget(box)
        self._labels.append(text)
        self._buttons.append(box)
        return box

    def add_part(self, widget: QWidget) -> None:
        """Add anything else, which stays in sight."""
        self._row.addWidget(widget)
        self._buttons.append(widget)

    def add_menu(self, text: str, tip: str, menu: QMenu) -> QToolButton:
        """Add a button that opens a menu and stays in sight."""
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.strip())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setMenu(menu)
        self._row.addWidget(button)
        self._buttons.append(button)
        return button

    def add_switch(self, text: str, tip: str) -> QAction:
        """Add a switch; it is a check box or a line of the menu, whichever fits."""
        action, box = QAction(text, self), QCheckBox(text, self)
        box.setStyleSheet(UNCHECKED)
        action.setCheckable(True)
        for shown in (action, box):
            shown.setToolTip(tip)
        box.toggled.connect(action.setChecked)
        action.toggled.connect(box.setChecked)
        action.enabledChanged.connect(box.setEnabled)
        action.changed.connect(lambda: box.setToolTip(action.toolTip()))
        self._row.addWidget(box)
        self._menu.addAction(action)
        self._boxes.append(box)
        return action

    def add_button(self, text: str, tip: str, short: str = "") -> QPushButton:
        """Add a button that stays in sight; with `short` instead of its text where there is little room."""
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        self._row.addWidget(button)
        if short:
            button.setAccessibleName(text.replace("&", "").strip(" ‹›"))
            self._texts[button] = (text, short)
        self._buttons.append(button)
        button.setMaximumWidth(self._width_of(text))
        return button

    def _width_of(self, text: str) -> int:
        """Return how wide a button with a text is; the row knows a new font before its buttons do."""
        return self.fontMetrics().horizontalAdvance(text) + 26

    def add_note(self, name: str) -> QLabel:
        """Add a short text that stays in sight, after what is there; `name` is for screen readers."""
        note = QLabel(self)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setAccessibleName(name)
        self._row.addWidget(note, 1)
        return note

    def done(self) -> None:
        """Finish the row after the last control was added."""
        self._row.addWidget(self.more)
        places = [item.widget() for i in range(self._row.count()) if (item := self._row.itemAt(i)) is not None]
        shown = [place for place in places if place is not None]
        for before, after in itertools.pairwise(shown):
            self.setTabOrder(before, after)
        self.more.setVisible(bool(self._boxes) and self._is_narrow)

    def minimumSizeHint(self) -> QSize:
        """Ask for what the narrow form needs."""
        shown: Sequence[QWidget] = [*self._combos, *self._buttons, *([self.more] if self._boxes else [])]
        width = 12 + sum(min(90, widget.minimumSizeHint().width()) for widget in shown) + 6 * len(shown)
        return QSize(min(width, 250), max((w.sizeHint().height() for w in shown), default=20) + 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between the wide and the narrow form."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Give the buttons room for larger texts."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        wide = [*self._labels, *self._boxes, *(w for w in self._buttons if w not in self._texts)]
        for button in self._buttons:
            if isinstance(button, QPushButton):
                button.setMaximumWidth(self._width_of(button.text()))
        needed = 12 + sum(min(w.sizeHint().width(), w.maximumWidth()) + 6 for w in wide) + ROOM * len(self._combos)
        needed += sum(self._width_of(text) + 6 for text, _ in self._texts.values())
        is_narrow = self.width() < needed
        for button, texts in self._texts.items():
            button.setText(texts[is_narrow])
            button.setMaximumWidth(self._width_of(texts[is_narrow]))
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for widget in (*self._labels, *self._boxes):
            widget.setVisible(not is_narrow)
        self.more.setVisible(is_narrow and bool(self._boxes))


def fill(
    combo: QComboBox,
    texts: Sequence[str],
    values: Sequence[object],
    chosen: object = None,
    shorter: Sequence[str] = (),
    tips: Sequence[str] = (),
) -> None:
    """Put choices into a combo box without telling anybody, and choose one of them (else the first).

    Parameters
    ----------
    combo : QComboBox
        What is filled.
    texts : sequence of str
        As shown.
    values : sequence of object
        What each choice stands for, as its user data.
    chosen : object
        The value to choose.
    shorter : sequence of str
        Texts for a narrow box, if there are any.
    tips : sequence of str
        What each choice means, if that is said.
    """
    combo.blockSignals(True)
    combo.clear()
    for text, value in zip(texts, values, strict=True):
        combo.addItem(text, value)
    for i, text in enumerate(shorter):
        combo.setItemData(i, text, SHORT)
    combo.setCurrentIndex(values.index(chosen) if chosen in values else 0)
    for i, tip in enumerate(tips):
        combo.setItemData(i, tip, Qt.ItemDataRole.ToolTipRole)
    combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + 28)
    combo.blockSignals(False)
