"""Importing own data: a table or a folder of pictures, from the Data menu or dropped on the window.

Lessons and saved sessions can be dropped, too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from app.actions import Action
from app.tool import MenuName, Tool
from app.tools.documents import Documents

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.widgets.import_dialog import ImportDialog

OPENED = frozenset({".md", ".nllab"})
TABLES = frozenset({".csv", ".tsv", ".txt", ".tab", ".dat"})
CAN_BE_DROPPED = (
    "Drop a table (CSV, TSV or TXT), a folder of pictures, a lesson (.md) or a saved session (.nllab) here, "
    "one at a time."
)


class ImportData(Tool):
    """The import dialogs, and what happens when something is dropped."""

    menu: ClassVar[MenuName] = "data"
    order: ClassVar[int] = 10
    actions: ClassVar[tuple[Action, ...]] = (
        Action("import_table", "Import a &table …", "Ctrl+I", "Learn from a CSV, TSV or other text table of your own"),
        Action("import_folder", "Import a &folder of pictures …", "Ctrl+Shift+I", "Learn from pictures of your own"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog: ImportDialog[object] | None = None

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"import_table": self.import_table, "import_folder": self.import_folder}

    def attach(self) -> None:
        """Take what is dropped on the window."""
        self.window.setAcceptDrops(True)
        self.window.installEventFilter(self)

    def import_table(self, path: Path | None = None) -> None:
        """Open the dialog for a table."""
        from app.widgets.table_import import TableImport

        self._show(TableImport(self.window.theme, path, self.window))  # type: ignore[arg-type]

    def import_folder(self, path: Path | None = None) -> None:
        """Open the dialog for a folder of pictures."""
        from app.widgets.folder_import import FolderImport

        self._show(FolderImport(self.window.theme, path, self.window))  # type: ignore[arg-type]

    def _show(self, dialog: ImportDialog[object]) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.imported.connect(self._begin)
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: ImportDialog[object]) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _begin(self, history: object, sentence: str) -> None:
        from nlcore.history import History

        assert isinstance(history, History)
        session = self.window.session
        back = " Ctrl+Z goes back to the run before." if session.history is not None else ""
        session.adopt(history, sentence + back)

    def close(self) -> None:
        """Close the dialog and end its threads."""
        if self.dialog is not None:
            self.dialog.close()

    # --- dropping ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files and folders that are dragged onto the window."""
        if isinstance(event, QDropEvent) and watched is self.window and event.mimeData().hasUrls():
            event.acceptProposedAction()
            is_drop = not isinstance(event, QDragMoveEvent | QDragEnterEvent)
            if is_drop:
                self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
            return True
        return super().eventFilter(watched, event)

    def take(self, paths: list[Path]) -> None:
        """Do what fits what was dropped, or say what can be dropped."""
        path = paths[0] if len(paths) == 1 else None
        kind = path.suffix.lower() if path is not None else ""
        if path is not None and path.is_dir():
            self.import_folder(path)
        elif path is not None and kind in TABLES:
            self.import_table(path)
        elif path is not None and kind in OPENED:
            documents = self.window.tools["documents"]
            assert isinstance(documents, Documents)
            documents.open_path(path)
        else:
            self.window.show_problem(CAN_BE_DROPPED)


TOOL = ImportData
