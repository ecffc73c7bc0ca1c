"""The dialog for importing a folder of pictures: where the classes stand, which size they get, how they look then."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
)
from PySide6.QtWidgets import QWidget as Widget

from app.job import Job
from app.theme import Theme
from app.widgets.import_dialog import ImportDialog
from app.widgets.import_words import plain
from app.widgets.number_field import EDGE
from app.widgets.numbers import count, counted
from app.widgets.options import fill
from app.widgets.pixels import grey_image
from app.widgets.split_fields import SplitFields
from nlcore.datasets import Data
from nlcore.datasets.image_folder import ImageFolderOptions
from nlcore.experiment import Choice, Experiment, convert
from nlcore.first_experiment import first_experiment
from nlcore.folder_preview import FolderPreview, look

ICON = 72
MOST_LISTED = 12
GUESSED = ("label", "size")


class FolderImport(ImportDialog[FolderPreview]):
    """Imports a folder of pictures.

    Parameters
    ----------
    theme : Theme
        The colours.
    path : Path, optional
        The folder to begin with.
    parent : QWidget, optional
        The window it belongs to.
    """

    def __init__(self, theme: Theme, path: Path | None = None, parent: Widget | None = None) -> None:
        super().__init__("Import a folder of pictures", "&Folder", parent)
        self._wanted: tuple[ImageFolderOptions, tuple[str, ...]] = (ImageFolderOptions(), ())
        self._guessed: tuple[str, ...] = GUESSED
        self._guessed_for = ""
        self._hidden = 3
        self.label = QComboBox(self)
        fill(self.label, ["The subfolder", "A part of the file's name"], ["folder", "name"])
        self.part = QSpinBox(self)
        self.part.setRange(1, 100)
        self.part.setToolTip("Counted from 1: in an2i_left_happy.png part 2 is left")
        self.separator = QLineEdit("_", self)
        self.separator.setMaxLength(10)
        self.separator.setStyleSheet(EDGE)
        self.separator.setToolTip("What stands between the parts of the name")
        self.resized = QCheckBox("Resi&ze all pictures", self)
        self.rows, self.wide = QSpinBox(self), QSpinBox(self)
        size = QHBoxLayout()
        for box, name in ((self.rows, "Rows of pixels"), (self.wide, "Columns of pixels")):
            box.setRange(1, 512)
            box.setValue(32)
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.valueChanged.connect(lambda _: self._decide("size"))
        size.addWidget(self.rows)
        size.addWidget(QLabel("rows ×", self))
        size.addWidget(self.wide)
        size.addWidget(QLabel("columns", self))
        size.addStretch(1)
        self._fill_form(size)
        self.fields = SplitFields(self, validation=20, test=20, standardises=False)
        self.fields.put_into(self.form)
        self.label.activated.connect(lambda _: self._decide("label"))
        self.part.valueChanged.connect(lambda _: self.changed())
        self.separator.textChanged.connect(lambda _: self.changed())
        self.resized.toggled.connect(lambda _: self._decide("size"))
        self.fields.changed.connect(self.changed)
        self.pictures = QListWidget(self)
        self.pictures.setViewMode(QListView.ViewMode.IconMode)
        self.pictures.setResizeMode(QListView.ResizeMode.Adjust)
        self.pictures.setMovement(QListView.Movement.Static)
        self.pictures.setIconSize(QSize(ICON, ICON))
        self.pictures.setGridSize(QSize(ICON + 24, ICON + 2 * self.fontMetrics().lineSpacing()))
        self.pictures.setAccessibleName("Some of the pictures with their classes")
        self.pictures.setMinimumWidth(220)
        self.splitter.addWidget(self.pictures)
        self.splitter.setSizes([320, 520])
        self.choose.clicked.connect(self._choose_folder)
        self._enable()
        self.retheme(theme)
        if path is not None:
            self.path.setText(str(path))

    def _fill_form(self, size: QHBoxLayout) -> None:
        for part, name in (
            (self.label, "Where the class of a picture stands"),
            (self.part, "Part of the name"),
            (self.separator, "Parts separated by"),
        ):
            part.setAccessibleName(name)
        self.form.addRow("&Class is", self.label)
        self.form.addRow("&Part of the name", self.part)
        self.form.addRow("Parts separated b&y", self.separator)
        self.form.addRow(self.resized)
        self.form.addRow("Size", size)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Import a folder of pictures", self.path.text())
        if path:
            self.path.setText(path)

    def _decide(self, what: str) -> None:
        """Take a choice of the person instead of a guess."""
        self._guessed = tuple(name for name in self._guessed if name != what)
        self._enable()
        self.changed()

    def _enable(self) -> None:
        is_name = self.label.currentData() == "name"
        for part in (self.part, self.separator):
            part.setEnabled(is_name)
        for box in (self.rows, self.wide):
            box.setEnabled(self.resized.isChecked())

    # --- preview -----------------------------------------------------------------------------------------------------

    def request(self) -> None:
        """Note the choices as options."""
        path = self.chosen_path
        if path != self._guessed_for:
            self._guessed, self._guessed_for = GUESSED, path
        is_resized = self.resized.isChecked() and "size" not in self._guessed
        options = {
            "path": path,
            "label": self.label.currentData(),
            "label_part": self.part.value(),
            "separator": self.separator.text(),
            "rows": self.rows.value() if is_resized else None,
            "columns": self.wide.value() if is_resized else None,
            **self.fields.options(),
        }
        self._wanted = convert(options, ImageFolderOptions), self._guessed

    def look(self, job: Job[FolderPreview]) -> FolderPreview:
        """Look at the folder."""
        options, guessed = self._wanted
        return look(options, guessed, lambda: job.is_cancelled)

    def show_preview(self, preview: FolderPreview) -> str:
        """Show some pictures, the number of each class, and the sizes."""
        self._take_guesses(preview.options)
        self.pictures.clear()
        for one in preview.thumbnails:
            shape = (int(one.grey.shape[0]), int(one.grey.shape[1]))
            icon = QIcon(QPixmap.fromImage(grey_image(one.grey.ravel(), shape, 0.0, 1.0)).scaled(
                ICON, ICON, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
            ))  # fmt: skip
            item = QListWidgetItem(icon, one.label)
            item.setToolTip(f"{one.name}: class {one.label}".replace("<", "‹"))
            self.pictures.addItem(item)
        self.found.setPlainText("\n".join(_found(preview)))
        shape_of_all, n_classes = preview.shape, len(preview.counts)
        if shape_of_all is not None and n_classes > 1 and not preview.problem:
            n_inputs, n_outputs = shape_of_all[0] * shape_of_all[1], 1 if n_classes == 2 else n_classes
            self.fields.suggest(n_inputs, n_outputs)
            hidden = f" → {counted(self.fields.hidden.value(), 'hidden unit')}" if self.fields.hidden.value() else ""
            self.fields.network.setText(f"{count(n_inputs)} inputs{hidden} → {counted(n_outputs, 'output unit')}.")
        else:
            self.fields.network.setText("")
        return preview.problem

    def _take_guesses(self, options: ImageFolderOptions) -> None:
        boxes = (self.label, self.resized, self.rows, self.wide)
        for box in boxes:
            box.blockSignals(True)
        if "label" in self._guessed:
            self.label.setCurrentIndex(self.label.findData(options.label))
        if "size" in self._guessed:
            self.resized.setChecked(options.rows is not None)
            if options.rows is not None and options.columns is not None:
                self.rows.setValue(options.rows)
                self.wide.setValue(options.columns)
        for box in boxes:
            box.blockSignals(False)
        self._enable()

    # --- import ------------------------------------------------------------------------------------------------------

    def dataset(self, preview: FolderPreview) -> Choice:
        """Return the data set with the options of the preview that differ from the usual ones."""
        self._hidden = self.fields.hidden.value()
        given = msgspec.to_builtins(preview.options)
        usual = msgspec.to_builtins(ImageFolderOptions())
        return Choice.parse({"name": "image_folder", **{k: v for k, v in given.items() if v != usual[k]}})

    def experiment(self, dataset: Choice, data: Data) -> Experiment:
        """Return a network of a fitting size."""
        return first_experiment(dataset, data, self._hidden)


def _found(preview: FolderPreview) -> list[str]:
    """Say how many pictures there are of each class, and which sizes."""
    said = []
    n = sum(k for _, k in preview.counts)
    if n:
        classes = ", ".join(f"{label} {count(k)}" for label, k in preview.counts[:MOST_LISTED])
        more = f" and {len(preview.counts) - MOST_LISTED} more" if preview.counts[MOST_LISTED:] else ""
        said.append(f"{counted(n, 'picture')} of {len(preview.counts)} classes: {classes}{more}.")
    if preview.sizes:
        sizes = ", ".join(f"{rows} rows × {columns} columns" for (rows, columns), _ in preview.sizes[:3])
        more = f" and {len(preview.sizes) - 3} other sizes" if preview.sizes[3:] else ""
        said.append(f"Size in the files: {sizes}{more}.")
    return [*said, *(plain(note) for note in preview.notes)]
