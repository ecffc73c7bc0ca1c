"""The line above a list of examples: what the list is limited to, or why it is empty, with a way back to all."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.widgets.numbers import counted


class ListNote(QWidget):
    """A note with a button.

    Parameters
    ----------
    parent : QWidget, optional
        Where it lives.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.show_all = QPushButton("Show all", self)
        self.show_all.setToolTip("List the examples of all cells of the confusion matrix again.")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 6, 2)
        row.addWidget(self.text, 1)
        row.addWidget(self.show_all)

    def say(self, n: int, set_name: str, cell: tuple[str, str] | None, *, only_wrong: bool) -> None:
        """Say what is listed.

        Parameters
        ----------
        n : int
            How many examples.
        set_name : str
            Of which set.
        cell : tuple of str or None
            True class and answer of the chosen cell of the confusion matrix.
        only_wrong : bool
            Whether correct ones are left out.
        """
        said = ""
        if cell is not None:
            said = f"True class “{cell[0]}”, answer “{cell[1]}”: {counted(n, 'example')}"
        elif only_wrong:
            wrong = counted(n, "wrong answer") if n else "No wrong answer"
            said = f"{wrong} in the {set_name} set"
        self.text.setText(said)
        self.setVisible(bool(said))
        self.show_all.setVisible(cell is not None)
