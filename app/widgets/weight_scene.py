"""What the weight pictures show: numbers with their names, and the words for each of them.

It is a plain record without any drawing, made anew for every frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.widgets.numbers import number
from app.widgets.pixels import limit_of
from app.widgets.unit_names import UnitNames, sentence, signed
from nlcore import probes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the pictures: a pixel or the bias of unit (1, `row`), or a block of the table of `layer`.

    Attributes
    ----------
    layer, unit : int
        The unit whose weight it is.
    source : int or None
        Where the weight comes from in the layer before; None for the bias w0.
    """

    layer: int
    unit: int
    source: int | None


@dataclass(frozen=True, slots=True, eq=False)
class BlockTable:
    """The bias and weights of all units of one layer, as rows of blocks.

    Attributes
    ----------
    layer : int
        Whose incoming weights they are.
    title : str
        Heading.
    rows : tuple of str
        One name a unit.
    values : ndarray, shape (units, 1 + units before)
        Bias first.
    """

    layer: int
    title: str
    rows: tuple[str, ...]
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class WeightScene:
    """All weights of a network whose inputs are pixels.

    Attributes
    ----------
    names : UnitNames
        What units are called.
    images : ndarray, shape (units, rows, columns)
        Weights of the first layer of units at the place of their pixels.
    biases : ndarray, shape (units,)
        Their biases.
    tables : tuple of BlockTable
        Weights of the layers after the first.
    own_scale : bool
        Whether each unit's colours span its own largest weight.
    grey : bool
        Whether to draw black over grey to white, as in the lecture.
    """

    names: UnitNames
    images: FloatArray
    biases: FloatArray
    tables: tuple[BlockTable, ...]
    own_scale: bool = False
    grey: bool = False

    @classmethod
    def of(cls, model: FeedforwardModel, params: FloatArray, *, own_scale: bool, grey: bool) -> WeightScene:
        """Read the weights of a model."""
        names = UnitNames.of(model)
        weights, biases = model.layout.weights(params), model.layout.biases(params)
        tables = tuple(
            BlockTable(
                layer + 1,
                "Output units" if layer + 1 == names.last else names.layer(layer + 1),
                tuple(names.short(layer + 1, unit) for unit in range(len(bias))),
                np.column_stack((bias, block)),
            )
            for layer, (block, bias) in enumerate(zip(weights, biases, strict=True))
            if layer > 0
        )
        return cls(names, probes.weight_images(model, params), biases[0], tables, own_scale, grey)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the pictures."""
        return int(self.images.shape[1]), int(self.images.shape[2])

    def title(self, unit: int) -> str:
        """Return the heading of a unit's picture."""
        return sentence(self.names.short(1, unit)) if self.names.last == 1 else f"Hidden {unit + 1}"

    def limits(self) -> FloatArray:
        """Return the scale of each picture and its bias: the largest |w| of the unit, or of all of them."""
        if not self.own_scale:
            return np.full(len(self.images), max(limit_of(self.images), limit_of(self.biases)))
        return np.array(
            [
                max(limit_of(image), limit_of(bias))
                for image, bias in zip(self.images, self.biases[:, None], strict=True)
            ]
        )

    def table_limits(self, table: BlockTable) -> FloatArray:
        """Return the scale of each row of blocks."""
        if not self.own_scale:
            return np.full(len(table.values), limit_of(table.values))
        return np.array([limit_of(row) for row in table.values])

    def scales(self) -> tuple[tuple[str, float | None], ...]:
        """Return what the colours mean: the name of each scale and its end; None where each unit has its own."""
        first = "Pixel weights" if self.names.last > 1 else "Weights"
        if self.own_scale:
            return (("Each unit", None),)
        return (
            (first, float(self.limits()[0])),
            *((table.title, float(self.table_limits(table)[0])) for table in self.tables),
        )

    def value(self, spot: Spot) -> float:
        """Return the number at a place."""
        if spot.layer > 1:
            table = next(table for table in self.tables if table.layer == spot.layer)
            return float(table.values[spot.unit, 0 if spot.source is None else spot.source + 1])
        if spot.source is None:
            return float(self.biases[spot.unit])
        return float(self.images[spot.unit].flat[spot.source])

    def words(self, spot: Spot) -> str:
        """Say what is at a place."""
        value, target = signed(self.value(spot)), self.names.full(spot.layer, spot.unit)
        if spot.source is None:
            return f"w0 (bias) of {target} = {value}"
        if spot.layer > 1:
            return f"w from {self.names.source(spot.layer - 1, spot.source)} to {target} = {value}"
        row, column = divmod(spot.source, self.shape[1])
        return f"{sentence(target)}, row {row + 1}, column {column + 1}: w = {value}"

    def summary(self) -> str:
        """Say the numbers that stand out."""
        rows, columns = self.shape
        n = len(self.images)
        units = "output unit" if self.names.last == 1 else "hidden unit"
        said = [f"{n} {units}{'' if n == 1 else 's'}, {rows} by {columns} weights each, drawn where their pixels are."]
        if not np.all(np.isfinite(self.images)):
            said.append("Some weights are no longer finite numbers: the training diverged.")
        largest = limit_of(self.images)
        if largest == 0.0:
            said.append("All of these weights are 0.")
        else:
            unit, place = divmod(
                int(np.argmax(np.where(np.isfinite(self.images), abs(self.images), -1))), rows * columns
            )
            said.append(f"The largest is: {self.words(Spot(1, unit, place))}.")
        said += [
            f"{sentence(self.names.full(table.layer, unit))}: w0 (bias) {signed(float(row[0]))}, weights "
            + ", ".join(signed(float(w)) for w in row[1:9])
            + (" ..." if len(row) > 9 else "")
            + "."
            for table in self.tables
            for unit, row in enumerate(table.values[:8])
        ]
        return " ".join(said)


def limit_text(limit: float) -> str:
    """Write the end of a scale that is the same to both sides."""
    return f"± {number(limit, 2)}" if limit > 0.0 else "all 0"
