"""The files that were used last, as a menu; one that is not there any more is greyed and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.widgets.looking_menu import LookingMenu

GONE = "not there any more"


class RecentMenu(LookingMenu):
    """A menu of files; it is filled when it opens.

    Parameters
    ----------
    parent : QWidget
        Where it belongs.
    paths : callable
        Returns the paths, the newest first.
    choose : callable
        Called with the path of a file to open.
    clear : callable
        Forgets all files.
    """

    def __init__(
        self,
        parent: QWidget,
        paths: Callable[[], Sequence[str]],
        choose: Callable[[Path], object],
        clear: Callable[[], object],
    ) -> None:
        super().__init__("Open &recent", parent, "nllab-recent")
        self._paths, self._choose, self._clear_list = paths, choose, clear
        self._entries: dict[str, QAction] = {}
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Offer the files there are now, then look which of them are still there."""
        self.clear()
        paths = self._paths()
        self._entries = {}
        for number, path in enumerate(paths, 1):
            key = f"&{number}  " if number < 10 else ""
            entry = self.addAction(f"{key}{Path(path).name.replace('&', '&&')}")
            entry.setToolTip(path)
            entry.triggered.connect(lambda _checked=False, path=path: self._choose(Path(path)))
            self._entries[path] = entry
        self.addSeparator()
        forget = self.addAction("&Clear the list of files")
        forget.setToolTip("Forget these files; the files themselves stay")
        forget.setEnabled(bool(paths))
        forget.triggered.connect(lambda _checked=False: self._clear_list())
        if paths:
            self.look(lambda: [path for path in paths if not Path(path).exists()], self._grey)

    def _grey(self, gone: Sequence[str]) -> None:
        """Say of files that they are not there."""
        for path in gone:
            entry = self._entries.get(path)
            if entry is not None and entry.isEnabled():
                entry.setEnabled(False)
                entry.setText(f"{entry.text()}  ({GONE})")
                entry.setToolTip(f"{path} is {GONE}: it was moved, renamed or deleted")
