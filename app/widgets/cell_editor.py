"""The editors in the cells of a table of examples: a line for a number, a list for a class."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.widgets.example_model import ExampleModel

Index = QModelIndex | QPersistentModelIndex


class CellEditor(QStyledItemDelegate):
    """Makes the editors of a table; what is being typed is never overwritten by new answers."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make a list of the classes, or a line."""
        del option
        model = index.model()
        names = model.results.data.class_names if isinstance(model, ExampleModel) and model.results else None
        head = str(model.headerData(index.column(), Qt.Orientation.Horizontal))
        if names is not None and head == "target":
            box = QComboBox(parent)
            box.addItems(list(names))
            box.activated.connect(lambda _: self._chosen(box))
            editor: QWidget = box
        else:
            editor = QLineEdit(parent)
        editor.setAccessibleName(f"{head} of example {index.row() + 1}")
        return editor

    def _chosen(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Put the value in once, at the beginning."""
        if editor.property("is_filled"):
            return
        editor.setProperty("is_filled", True)
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if isinstance(editor, QComboBox):
            editor.setCurrentText(text)
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand over what was chosen or typed, if it is something else."""
        text = editor.currentText() if isinstance(editor, QComboBox) else ""
        text = editor.text() if isinstance(editor, QLineEdit) else text
        if text != str(index.data(Qt.ItemDataRole.EditRole)):
            model.setData(index, text)
