"""Taking the choices made in one pane over to another one of its kind.

The controls of a pane are looked up once, when it is new: later they may stand elsewhere, above a grid of pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox

from app.pane import Pane

SWITCHES = (QAbstractButton, QAction)


@dataclass(frozen=True, slots=True)
class Controls:
    """The lists and the switches of a pane, in their order."""

    lists: tuple[QComboBox, ...]
    switches: tuple[QAbstractButton | QAction, ...]


def controls_of(pane: Pane) -> Controls:
    """Return the controls of a pane."""
    if not isinstance(pane.controls, Controls):
        switches = [*pane.findChildren(QAbstractButton), *pane.findChildren(QAction)]
        found = tuple(switch for switch in switches if isinstance(switch, SWITCHES))
        pane.controls = Controls(tuple(pane.findChildren(QComboBox)), found)
    return pane.controls


def copy_choices(source: Pane, target: Pane) -> None:
    """Choose in a pane what is chosen in another one of its kind: lists and switches, as if a person did it."""
    theirs, mine = controls_of(source), controls_of(target)
    for shown, own in zip(theirs.lists, mine.lists, strict=False):
        place = own.findText(shown.currentText())
        if place >= 0 and place != own.currentIndex():
            own.setCurrentIndex(place)
            own.activated.emit(place)
    for switch, other in zip(theirs.switches, mine.switches, strict=False):
        if switch.text() == other.text():
            other.setChecked(switch.isChecked())  # does nothing to what cannot be checked
    target.take_over(source)
