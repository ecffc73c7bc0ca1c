"""What a figure or an animation of a pane shall be like: which pane, which moments, size, colours, kind of file.

Plain dialogs that know no session; a choice that cannot be is said in the dialog, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from nlcore.records import StepUnit

SMALLEST, LARGEST = 80, 8000
MOST_PICTURES = 2000
FOR_PRINT, AS_SHOWN = "Light, for print", "As on the screen"
FIGURE_KINDS = {"PNG (pixels)": ".png", "SVG (sharp at any size)": ".svg"}
ANIMATION_KINDS = {"GIF (one file)": ".gif", "PNG files in a new folder": ""}
SCALES = {"1": 1.0, "2 (sharper)": 2.0, "4 (for a poster)": 4.0}
UNITS: dict[str, StepUnit] = {"epochs": "epoch", "updates": "update", "presentations": "presentation"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FigureWish:
    """What a figure shall be like."""

    pane: str
    size: tuple[int, int]
    scale: float
    is_light: bool
    suffix: str


@dataclass(frozen=True, slots=True)
class AnimationWish:
    """What an animation shall be like: `counts` of a clock, one for each picture."""

    pane: str
    size: tuple[int, int]
    is_light: bool
    suffix: str
    unit: StepUnit
    counts: tuple[int, ...]
    per_second: int


class PictureDialog(QDialog):
    """What both dialogs have: pane, size, colours.

    Parameters
    ----------
    parent : QWidget
        Over which it opens.
    title : str
        What is made.
    panes : mapping of str to str
        Ids and titles of the panes to choose from.
    chosen : str
        The pane that is chosen at first.
    size : tuple of int
        Width and height at first.
    """

    def __init__(
        self, parent: QWidget, title: str, panes: Mapping[str, str], chosen: str, size: tuple[int, int]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._panes = tuple(panes)
        self.form = QFormLayout()
        self.pane = self.choice("&Pane", tuple(panes.values()))
        self.pane.setCurrentIndex(max(0, self._panes.index(chosen) if chosen in self._panes else 0))
        self.width_box = self.number("&Width", size[0], SMALLEST, LARGEST, " pixels")
        self.height_box = self.number("&Height", size[1], SMALLEST, LARGEST, " pixels")
        self.colours = self.choice("&Colours", (FOR_PRINT, AS_SHOWN))
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setText("Save …")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(self.form)
        column.addWidget(self.note)
        column.addWidget(self.buttons)

    def choice(self, label: str, texts: Sequence[str]) -> QComboBox:
        """Add a line with a choice."""
        box = QComboBox(self)
        box.addItems(list(texts))
        self._add(label, box)
        return box

    def number(self, label: str, value: int, low: int, high: int, suffix: str = "") -> QSpinBox:
        """Add a line with a whole number."""
        box = QSpinBox(self)
        box.setRange(low, high)
        box.setValue(value)
        box.setSuffix(suffix)
        box.setGroupSeparatorShown(True)
        self._add(label, box)
        return box

    def _add(self, label: str, box: QWidget) -> None:
        self.form.addRow(label, box)
        box.setAccessibleName(label.replace("&", ""))

    @property
    def pane_id(self) -> str:
        """The pane that is chosen."""
        return self._panes[self.pane.currentIndex()]

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width_box.value(), self.height_box.value()

    @property
    def is_light(self) -> bool:
        """Whether the colours are those for print."""
        return self.colours.currentText() == FOR_PRINT


class FigureDialog(PictureDialog):
    """What a figure shall be like; see `PictureDialog`."""

    def __init__(self, parent: QWidget, panes: Mapping[str, str], chosen: str, size: tuple[int, int]) -> None:
        super().__init__(parent, "Figure of a pane", panes, chosen, size)
        self.kind = self.choice("&File", tuple(FIGURE_KINDS))
        self.scale = self.choice("Pixels &for each point", tuple(SCALES))
        self.scale.setCurrentIndex(1)
        for signal in (self.kind.currentIndexChanged, self.scale.currentIndexChanged):
            signal.connect(self._tell)
        for box in (self.width_box, self.height_box):
            box.valueChanged.connect(self._tell)
        self._tell()

    @property
    def wish(self) -> FigureWish:
        """What is chosen."""
        scale = SCALES[self.scale.currentText()]
        return FigureWish(self.pane_id, self.picture_size, scale, self.is_light, FIGURE_KINDS[self.kind.currentText()])

    def _tell(self) -> None:
        is_png, wish = self.kind.currentIndex() == 0, self.wish
        self.scale.setEnabled(is_png)
        width, height = (round(side * wish.scale) for side in wish.size)
        is_possible = not is_png or max(width, height) <= 2 * LARGEST
        self.save.setEnabled(is_possible)
        if not is_png:
            self.note.setText("Lines and letters stay sharp at any size.")
        elif is_possible:
            self.note.setText(f"The picture will have {width} × {height} pixels.")
        else:
            self.note.setText(f"{width} × {height} pixels are too many; at most {2 * LARGEST} in each direction.")


class AnimationDialog(PictureDialog):
    """What an animation shall be like; see `PictureDialog`.

    Parameters
    ----------
    done : mapping of str to int
        How far the run has got, in each unit.
    most : callable
        Returns how many pictures of a size there may be, for a kind of file.
    """

    def __init__(
        self,
        parent: QWidget,
        panes: Mapping[str, str],
        chosen: str,
        size: tuple[int, int],
        done: Mapping[StepUnit, int],
        most: Callable[[tuple[int, int], str], int],
    ) -> None:
        super().__init__(parent, "Animation of a pane", panes, chosen, size)
        self._done, self._most = done, most
        self.kind = self.choice("&File", tuple(ANIMATION_KINDS))
        self.unit = self.choice("Count in &units of", tuple(UNITS))
        self.unit.setCurrentIndex(0 if done["epoch"] else 2)
        self.first = self.number("F&rom", 0, 0, 0)
        self.last = self.number("&To", 0, 0, 0)
        self.every = self.number("&Every", 1, 1, 1)
        self.speed = self.number("Pictures a &second", 8, 1, 50)
        self.unit.currentIndexChanged.connect(self._begin)
        self.kind.currentIndexChanged.connect(self._tell)
        for box in (self.first, self.last, self.every, self.width_box, self.height_box):
            box.valueChanged.connect(self._tell)
        self._begin()

    @property
    def wish(self) -> AnimationWish:
        """What is chosen."""
        return AnimationWish(
            self.pane_id,
            self.picture_size,
            self.is_light,
            ANIMATION_KINDS[self.kind.currentText()],
            UNITS[self.unit.currentText()],
            tuple(self._counts()),
            self.speed.value(),
        )

    def _counts(self) -> range:
        return range(self.first.value(), self.last.value() + 1, self.every.value())

    def _begin(self) -> None:
        """Offer the whole run in about fifty pictures."""
        end = min(self._done[UNITS[self.unit.currentText()]], 2**31 - 1)
        for box in (self.first, self.last):
            box.setRange(0, end)
        self.every.setRange(1, max(1, end))
        self.first.setValue(0)
        self.last.setValue(end)
        self.every.setValue(max(1, end // 50))
        self._tell()

    def _tell(self) -> None:
        is_gif = self.kind.currentIndex() == 0
        self.speed.setEnabled(is_gif)
        n = len(self._counts())
        most = min(MOST_PICTURES, self._most(self.picture_size, ANIMATION_KINDS[self.kind.currentText()]))
        self.save.setEnabled(0 < n <= most)
        if n == 0:
            self.note.setText("No picture: the end comes before the beginning.")
        elif n > most:
            self.note.setText(f"{n} pictures of this size are too many; at most {most}. Take every second, or fewer.")
        else:
            seconds = f", {n / self.speed.value():.1f} seconds" if is_gif else ""
            self.note.setText(f"{n} picture{'' if n == 1 else 's'}{seconds}.")
