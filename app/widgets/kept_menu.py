"""Work that was not saved, as a menu: a click brings it back.

What there is is looked up beside the window each time the menu opens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from app.kept_work import KeptWork
from app.widgets.looking_menu import LookingMenu


class KeptMenu(LookingMenu):
    """A menu of work that was not saved.

    Parameters
    ----------
    parent : QWidget
        Where it belongs.
    find : callable
        Returns what there is; called in a thread.
    bring_back : callable
        Called with the one that was chosen.
    discard : callable
        Called with all of them.
    """

    def __init__(
        self,
        parent: QWidget,
        find: Callable[[], Sequence[KeptWork]],
        bring_back: Callable[[KeptWork], object],
        discard: Callable[[Sequence[KeptWork]], object],
    ) -> None:
        super().__init__("&Unsaved work", parent, "nllab-kept")
        self._find, self._bring_back, self._discard = find, bring_back, discard
        self._fill([])
        self.aboutToShow.connect(self.refresh)

    def refresh(self) -> None:
        """Look what there is now."""
        self.look(self._find, self._fill)

    def _fill(self, found: Sequence[KeptWork]) -> None:
        self.clear()
        for number, kept in enumerate(found, 1):
            entry = self.addAction(f"&{number}  {kept.name.replace('&', '&&')}")
            entry.setToolTip("Bring this work back; what is open now is kept in its place")
            entry.triggered.connect(lambda _checked=False, kept=kept: self._bring_back(kept))
        if not found:
            self.addAction("Nothing was left unsaved").setEnabled(False)
            return
        self.addSeparator()
        drop = self.addAction("&Discard all unsaved work")
        drop.setToolTip("Delete all work that is listed here")
        drop.triggered.connect(lambda _checked=False: self._discard(found))
