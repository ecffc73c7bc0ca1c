"""The dialog for importing a text table: how it is read, which column is the target, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.job import Job
from app.theme import Theme
from app.widgets.import_dialog import ImportDialog
from app.widgets.import_words import plain
from app.widgets.numbers import counted
from app.widgets.options import fill
from app.widgets.split_fields import SplitFields
from nlcore.datasets import Data
from nlcore.datasets.table import TableOptions
from nlcore.experiment import Choice, Experiment, convert
from nlcore.first_experiment import first_experiment
from nlcore.table_preview import TablePreview, look

SEPARATORS = ("auto", "comma", "semicolon", "tab", "space")
SEPARATOR_TEXTS = ("Automatic", "Comma", "Semicolon", "Tab", "Spaces")
LISTED = 1000
"""So many columns can be left out here; the table may have more."""
SHOWN = 100
"""The values of so many columns are shown."""
FILES = "Tables (*.csv *.tsv *.txt *.tab *.dat);;All files (*)"
BY_SHARES = "Shares"
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class TableImport(ImportDialog[TablePreview]):
    """Imports a table.

    Parameters
    ----------
    theme : Theme
        The colours.
    path : Path, optional
        The file to begin with.
    parent : QWidget, optional
        The window it belongs to.
    """

    def __init__(self, theme: Theme, path: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__("Import a table", "&File", parent)
        self._names: tuple[str, ...] = ()
        self._wanted: tuple[TableOptions, tuple[str, ...]] = (TableOptions(), ())
        self._hidden = 3
        self.header = self._combo(
            "First &row", ["Automatic", "Names of the columns", "No header"], ["auto", "yes", "no"]
        )
        self.separator = self._combo("Sep&arator", SEPARATOR_TEXTS, SEPARATORS)
        self.decimal = self._combo("&Decimal sign", ["Automatic", "Point", "Comma"], ["auto", "point", "comma"])
        self.target = self._combo("Tar&get column", [], [])
        self.task = self._combo(
            "Target &is", ["As it looks", "A class", "A number"], ["auto", "classification", "regression"]
        )
        self.columns = QTreeWidget(self)
        self.columns.setHeaderLabels(["Column is used", "as categories"])
        self.columns.setRootIsDecorated(False)
        self.columns.setMinimumHeight(120)
        self.columns.header().setStretchLastSection(False)
        self.columns.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.columns.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.columns.setAccessibleName("Columns that are used, and those whose numbers are names of categories")
        self.columns.setToolTip("Take a tick away to leave a column out; numbers such as postcodes are categories")
        self.columns.itemChanged.connect(lambda *_: self.changed())
        self.form.addRow("Col&umns", self.columns)
        self.drop = QCheckBox("Leave out rows with missi&ng values", self)
        self.drop.toggled.connect(lambda _: self.changed())
        self.form.addRow(self.drop)
        self.set_column = self._combo("Sets &by", [BY_SHARES], [None])
        self.fields = SplitFields(self, validation=20, test=20, standardises=True)
        self.fields.put_into(self.form)
        self.fields.changed.connect(self.changed)
        self.set_column.activated.connect(lambda k: self.fields.show_shares(is_on=k == 0))
        self.table = QTableWidget(self)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + 6)
        self.table.setAccessibleName("The first rows, as they are understood")
        self.table.setMinimumWidth(220)
        self.splitter.addWidget(self.table)
        self.splitter.setSizes([320, 520])
        self.choose.clicked.connect(self._choose_file)
        self.target.activated.connect(lambda _: self.task.setCurrentIndex(0))
        self.retheme(theme)
        if path is not None:
            self.path.setText(str(path))

    def _combo(
        self, label: str, texts: list[str] | tuple[str, ...], values: list[str] | tuple[str, ...] | list[None]
    ) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(label.replace("&", ""))
        box.setMinimumContentsLength(8)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        fill(box, texts, values)
        box.currentIndexChanged.connect(lambda _: self.changed())
        self.form.addRow(label, box)
        return box

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Import a table", self.path.text(), FILES)
        if path:
            self.path.setText(path)

    # --- preview -----------------------------------------------------------------------------------------------------

    def request(self) -> None:
        """Note the choices as options; columns are meant by their numbers."""
        path = self.chosen_path
        if self._names and path != self._wanted[0].path:
            self._take_columns(())  # of another file
        items = [self.columns.topLevelItem(j) for j in range(self.columns.topLevelItemCount())]
        target = self.target.currentData()
        set_column = self.set_column.currentData()
        unused = [
            j + 1
            for j, item in enumerate(items)
            if item is not None and item.checkState(0) is UNCHECKED and j + 1 not in (target, set_column)
        ]
        as_categories = [
            j + 1
            for j, item in enumerate(items)
            if item is not None and item.checkState(1) is CHECKED and j + 1 not in unused
        ]
        options: dict[str, object] = {
            "path": path,
            "header": self.header.currentData(),
            "separator": self.separator.currentData(),
            "missing": "drop" if self.drop.isChecked() else "error",
            "coding": "tenth_nine_tenths",
            "ignore": unused,
            "categories": as_categories,
            **self.fields.options(),
        }
        guessed = [
            name for name, box in (("decimal", self.decimal), ("task", self.task)) if box.currentData() == "auto"
        ]
        for name, box in (("decimal", self.decimal), ("task", self.task)):
            if name not in guessed:
                options[name] = box.currentData()
        options |= {name: value for name, value in (("target", target), ("set_column", set_column)) if value}
        self._wanted = convert(options, TableOptions), tuple(guessed)

    def look(self, job: Job[TablePreview]) -> TablePreview:
        """Look at the head of the file."""
        options, guessed = self._wanted
        return look(options, guessed, lambda: job.is_cancelled)

    def show_preview(self, preview: TablePreview) -> str:
        """Show the first rows, what each column is taken for, and what was found."""
        if preview.names != self._names:
            self._take_columns(preview.names)
        self._show_rows(preview)
        notes = [plain(note) for note in preview.data.notes] if preview.data is not None else []
        if preview.names:
            about = "" if preview.is_whole else "about "
            rest = "" if preview.is_whole else " The first 1,000 were looked at; the rest is checked at the import."
            what = f"{about}{counted(preview.n_rows, 'row')}, {counted(len(preview.names), 'column')}"
            notes.insert(0, f"{what}, separated by {_separator(preview.separator)}.{rest}")
        if preview.data is not None:
            data = preview.data
            self.fields.suggest(data.n_inputs, data.n_outputs)
            self.fields.show_network(first_experiment(Choice("table"), data, self.fields.hidden.value()))
        else:
            self.fields.show_network(None)
        self.found.setPlainText("\n".join(notes))
        return preview.problem

    def _take_columns(self, names: tuple[str, ...]) -> None:
        """Offer the columns of a table; what was chosen stays where there are as many as before."""
        is_renamed, self._names = len(names) == len(self._names), names
        values = [k + 1 for k in range(len(names))]
        target, set_column = self.target.currentData(), self.set_column.currentData()
        fill(self.target, names, values, target if is_renamed else len(names))
        sets = [BY_SHARES, *(f"column {name}" for name in names)]
        fill(self.set_column, sets, [None, *values], set_column if is_renamed else None)
        self.fields.show_shares(is_on=self.set_column.currentData() is None)
        self.columns.blockSignals(True)
        for j, name in enumerate(names[:LISTED] if is_renamed else ()):
            kept = self.columns.topLevelItem(j)
            if kept is not None:
                kept.setText(0, name)
        if is_renamed:
            names = ()
        else:
            self.columns.clear()
        for name in names[:LISTED]:
            item = QTreeWidgetItem([name, ""])
            item.setCheckState(0, CHECKED)
            item.setCheckState(1, UNCHECKED)
            self.columns.addTopLevelItem(item)
        self.columns.blockSignals(False)

    def _show_rows(self, preview: TablePreview) -> None:
        names, options = preview.names[:SHOWN], preview.options
        target = int(options.target) if options.target else len(preview.names)
        self.table.setColumnCount(len(names))
        self.table.setRowCount(len(preview.rows))
        self.table.setHorizontalHeaderLabels(
            [f"{name}\n{_part(preview, j + 1, target)}" for j, name in enumerate(names)]
        )
        muted = QColor(self.theme.muted)
        for i, row in enumerate(preview.rows):
            for j in range(len(names)):
                item = QTableWidgetItem(row[j].strip() if j < len(row) else "")
                if j + 1 in options.ignore:
                    item.setForeground(muted)
                self.table.setItem(i, j, item)
        self.table.resizeColumnsToContents()

    # --- import ------------------------------------------------------------------------------------------------------

    def dataset(self, preview: TablePreview) -> Choice:
        """Return the data set with the options of the preview that differ from the usual ones."""
        self._hidden = self.fields.hidden.value()
        given = msgspec.to_builtins(preview.options)
        usual = msgspec.to_builtins(TableOptions())
        return Choice.parse({"name": "table", **{k: v for k, v in given.items() if v != usual[k]}})

    def experiment(self, dataset: Choice, data: Data) -> Experiment:
        """Return a network of a fitting size."""
        return first_experiment(dataset, data, self._hidden)


def _separator(name: str) -> str:
    return {"comma": "commas", "semicolon": "semicolons", "tab": "tabs", "space": "spaces"}.get(name, name)


def _part(preview: TablePreview, number: int, target: int) -> str:
    """Say what a column is taken for."""
    options = preview.options
    if number == target:
        is_class = options.task == "classification" or (options.task == "auto" and preview.kinds[number - 1] == "texts")
        return "target: class" if is_class else "target: number"
    if number == options.set_column:
        return "says the set"
    if number in options.ignore:
        return "left out"
    return "input: categories" if number in options.categories or preview.kinds[number - 1] == "texts" else "input"
