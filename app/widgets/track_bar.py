"""The bar of tracks: a button for each with its symbol, colour and name; it knows tracks only as short records.

A click makes a track the lead; the arrow beside it offers the rest. It is in sight while there are several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QToolBar, QToolButton, QWidget

from app.theme import LIGHT, Theme
from app.widgets.track_look import PIXELS, swatch

NAME_WIDTH = 150
"""Pixels of a name; longer ones are cut, and stand in full in the tip."""


@dataclass(frozen=True, slots=True)
class Chip:
    """What the bar shows of a track.

    Attributes
    ----------
    number : int
        Decides symbol and colour.
    name : str
        Of the track.
    tip : str
        How it differs from the others and where it stands.
    is_lead, is_hidden : bool
        Whether settings and steps are about it; whether it is not drawn.
    has_ended : bool
        Whether its run has come to an end before the others.
    can_go : bool
        Whether it may be removed.
    """

    number: int
    name: str
    tip: str
    is_lead: bool
    is_hidden: bool
    has_ended: bool = False
    can_go: bool = True


class TrackBar(QToolBar):
    """Buttons for tracks.

    Signals
    -------
    lead_chosen : int
        This track shall lead.
    hide_chosen : int, bool
        This track shall be hidden, or shown.
    rename_chosen, remove_chosen : int
        This track shall get another name, or go.
    """

    lead_chosen = Signal(int)
    hide_chosen = Signal(int, bool)
    rename_chosen = Signal(int)
    remove_chosen = Signal(int)

    def __init__(self, compare: QAction, parent: QWidget | None = None) -> None:
        super().__init__("Tracks", parent)
        self.setObjectName("tracks")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(PIXELS, PIXELS))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._compare = compare
        self._theme: Theme = LIGHT
        self._chips: tuple[Chip, ...] = ()
        self.buttons: list[QToolButton] = []
        self.hide()

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show these tracks; with one alone the bar is hidden."""
        if tuple(chips) != self._chips:
            self._chips = tuple(chips)
            self._build()
        self.setVisible(len(chips) > 1)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self._theme = theme
        self._build()

    def menu_of(self, chip: Chip, parent: QWidget) -> QMenu:
        """Return what can be done with a track."""
        menu = QMenu(chip.name.replace("&", "&&"), parent)
        lead = menu.addAction("&Lead with this track", lambda: self.lead_chosen.emit(chip.number))
        lead.setEnabled(not chip.is_lead)
        text = "&Show again" if chip.is_hidden else "&Hide"
        hide = menu.addAction(text, lambda: self.hide_chosen.emit(chip.number, not chip.is_hidden))
        hide.setEnabled(not chip.is_lead)
        menu.addAction("Re&name …", lambda: self.rename_chosen.emit(chip.number))
        remove = menu.addAction("&Remove", lambda: self.remove_chosen.emit(chip.number))
        remove.setEnabled(chip.can_go)
        return menu

    def _build(self) -> None:
        self.clear()
        for button in self.buttons:
            button.deleteLater()
        self.buttons = []
        label = QLabel("Tracks:", self)
        label.setContentsMargins(8, 0, 4, 0)
        self.addWidget(label)
        for chip in self._chips:
            button = QToolButton(self)
            button.setIcon(swatch(self._theme, chip.number, is_hollow=chip.is_hidden))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            text = button.fontMetrics().elidedText(chip.name, Qt.TextElideMode.ElideRight, NAME_WIDTH)
            button.setText(
                text.replace("&", "&&") + (" (hidden)" if chip.is_hidden else " (ended)" if chip.has_ended else "")
            )
            font = button.font()
            font.setBold(chip.is_lead)
            button.setFont(font)
            button.setCheckable(True)
            button.setChecked(chip.is_lead)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolTip(chip.tip)
            said = "leads" if chip.is_lead else "hidden" if chip.is_hidden else "click to lead with it"
            button.setAccessibleName(f"Track {chip.name}, {said}")
            button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
            button.setMenu(self.menu_of(chip, button))
            button.clicked.connect(lambda _=False, b=button, c=chip: self._clicked(b, c))
            self.addWidget(button)
            self.buttons.append(button)
        self.addSeparator()
        self.addAction(self._compare)

    def _clicked(self, button: QToolButton, chip: Chip) -> None:
        button.setChecked(chip.is_lead)  # until the track does lead
        if not chip.is_lead:
            self.lead_chosen.emit(chip.number)
