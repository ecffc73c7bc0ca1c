"""One example in large: its picture, what it is and what the network says, with a bar for each output."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import LIGHT, Theme
from app.widgets.example_model import fixed
from app.widgets.example_results import CORRECT, Results
from nlcore.records import SetName

LARGE = 128
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
HINT = "Click an example to see it in large."


class Picture(QWidget):
    """A picture with pixels in large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.setAccessibleName("Picture of the selected example")

    def show_image(self, image: QImage | None) -> None:
        """Show another picture, or none."""
        self.image = image
        self.setVisible(image is not None)
        if image is not None:
            zoom = max(1, LARGE // max(image.width(), image.height()))
            largest = max(image.width(), image.height())
            factor = zoom if largest * zoom <= LARGE else LARGE / largest
            self.setFixedSize(max(1, round(image.width() * factor)), max(1, round(image.height() * factor)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it without smoothing."""
        del event
        if self.image is not None:
            painter = QPainter(self)
            painter.drawImage(self.rect(), self.image)
            painter.end()


class OutputBars(QWidget):
    """Outputs as bars with their targets as marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.rows: tuple[tuple[str, float, float], ...] = ()
        self.answered = -1
        self.has_targets = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self.setAccessibleName("Outputs of the selected example")

    def show_rows(self, rows: tuple[tuple[str, float, float], ...], answered: int, theme: Theme) -> None:
        """Show outputs.

        Parameters
        ----------
        rows : tuple of (str, float, float)
            Name, output and target of each output unit; the target is not a number where there is none.
        answered : int
            Number of the one that decides; -1 for none.
        theme : Theme
            Gives the colours.
        """
        self.rows, self.answered, self.theme = rows, answered, theme
        said = [
            f"{name}: output {fixed(output)}" + ("" if math.isnan(target) else f", target {fixed(target)}")
            for name, output, target in rows
        ]
        self.setAccessibleDescription("; ".join(said))
        self.has_targets = not any(math.isnan(target) for _, _, target in rows)
        tip = "Bars: outputs. Upright marks: targets." if self.has_targets else "Bars: outputs."
        self.setToolTip(tip if rows else "")
        self.setFixedHeight(self.sizeHint().height() if rows else 0)
        self.update()

    def _line(self) -> int:
        return self.fontMetrics().height() + 3

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(200, self._line() * (len(self.rows) + (1 if self.has_targets else 0)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, bar, mark and number of each output, and what they are."""
        del event
        if not self.rows:
            return
        painter, metrics, line = QPainter(self), self.fontMetrics(), self._line()
        wide = metrics.horizontalAdvance
        bold = QFont(self.font())
        bold.setBold(True)
        names = min(self.width() // 3, max(QFontMetrics(bold).horizontalAdvance(name) for name, _, _ in self.rows) + 2)
        numbers = max(wide(fixed(output)) for _, output, _ in self.rows) + 4
        finite = [v for _, output, target in self.rows for v in (output, target) if math.isfinite(v)]
        low, high = min([0.0, *finite]), max([1.0, *finite])
        left, room = names + 6, max(10, self.width() - names - numbers - 12)
        for i, (name, output, target) in enumerate(self.rows):
            top = i * line
            font = QFont(self.font())
            font.setBold(i == self.answered)
            painter.setFont(font)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(
                QRect(0, top, names, line), RIGHT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            )
            painter.drawText(QRect(left + room + 4, top, numbers + 6, line), LEFT, fixed(output))
            track = QRectF(left, top + 3, room, line - 6)
            painter.fillRect(track, QColor(self.theme.raised))
            zero = left + room * (0.0 - low) / (high - low)
            if math.isfinite(output):
                x = left + room * (output - low) / (high - low)
                colour = self.theme.accent if i == self.answered else self.theme.muted
                painter.fillRect(QRectF(min(zero, x), top + 4, abs(x - zero), line - 8), QColor(colour))
            if self.has_targets:
                mark = left + room * (target - low) / (high - low)
                painter.setPen(QPen(QColor(self.theme.text), 2))
                painter.drawLine(round(mark), top + 1, round(mark), top + line - 2)
        if self.has_targets:
            painter.setFont(self.font())
            painter.setPen(QColor(self.theme.muted))
            legend = metrics.elidedText("bar: output, mark: target", Qt.TextElideMode.ElideRight, self.width() - left)
            painter.drawText(QRect(left, len(self.rows) * line, self.width() - left, line), LEFT, legend)
        painter.end()


class ExampleDetail(QWidget):
    """The selected example."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = Picture(self)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.text.setMinimumWidth(70)
        self.text.setAccessibleName("Selected example")
        self.bars = OutputBars(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.bars)
        self.show_nothing(LIGHT)

    def show_nothing(self, theme: Theme) -> None:
        """Say how to choose an example."""
        self.picture.show_image(None)
        self.bars.show_rows((), -1, theme)
        self.text.setText(HINT)

    def show_example(self, results: Results, name: SetName, row: int, image: QImage | None, theme: Theme) -> None:
        """Show an example in large."""
        data, found = results.data, results.sets[name]
        self.picture.show_image(image)
        answered = -1
        if data.class_names is not None:
            answered = int(found.answered[row]) if data.n_outputs > 1 else 0
        targets = data.sets[name].targets[row]
        self.bars.show_rows(
            tuple(
                (output_name, float(output), float(target))
                for output_name, output, target in zip(data.output_names, found.outputs[row], targets, strict=True)
            ),
            answered,
            theme,
        )
        verdict = results.verdict(name, row)
        colour = theme.good if verdict == CORRECT else theme.bad
        title = data.sets[name].names[row].replace("_", "_\u200b")
        lines = [
            f"<b>{title}</b>",
            f"{name.capitalize()} example {row + 1}",
            f"Target: <b>{results.target_words(name, row)}</b>",
            f"Answer: <b>{results.answer_words(name, row)}</b>",
            f'<span style="color:{colour}"><b>{verdict}</b></span>',
        ]
        self.text.setText("<br>".join(line for line in lines[: 5 if verdict else 4]))
