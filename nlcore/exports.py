"""Weights and curves as files for other programs: npz for numpy, CSV for a spreadsheet.

The names of blocks are those of the whole program: `weights[0]` has a row for each unit, with its incoming weights.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.curves import AXES, Curves
from nlcore.errors import LabError
from nlcore.families import Column, Model
from nlcore.interventions import WITHOUT_LAYERS
from nlcore.network import Layout
from nlcore.records import FloatArray

SUFFIXES = (".npz", ".csv")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weights of one track: its name, its model, and the parameters, shape (n_params,)."""

    track: str
    model: Model
    params: FloatArray


def blocks(model: Model, params: FloatArray) -> dict[str, FloatArray]:
    """Return the parameters block by block: weights[0], biases[0] ...; one block where there are no layers."""
    layout = getattr(model, "layout", None)
    if not isinstance(layout, Layout):
        return {WITHOUT_LAYERS: params}
    return {name: layout.block(params, name) for name in layout.blocks}


def weights_npz(tracks: Sequence[Weights]) -> bytes:
    """Return the weights as an npz file.

    With several tracks the names of all but the first begin with the track: ``"no momentum/weights[0]"``.
    """
    found: dict[str, NDArray[Any]] = {}
    for number, track in enumerate(tracks):
        prefix = f"{track.track}/" if number else ""
        found |= {prefix + name: array for name, array in blocks(track.model, track.params).items()}
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **found)
    return out.getvalue()


def weights_csv(tracks: Sequence[Weights]) -> str:
    """Return the weights as a long table: one row a weight, with track, block, unit, input, value.

    Units and inputs are counted from 0; those that have a name (inputs and outputs of the data) have it beside the
    number. A bias has no input.
    """
    lines = ["track,block,unit,unit_name,input,input_name,value"]
    for track in tracks:
        for name, array in blocks(track.model, track.params).items():
            units, inputs = _names(track.model, name, array)
            rows = array.reshape(len(array), -1)
            is_bias = array.ndim == 1
            for unit, row in enumerate(rows.tolist()):
                lines += [
                    ",".join(
                        (
                            quoted(track.track), name, str(unit), quoted(units[unit]), "" if is_bias else str(i),
                            "" if is_bias else quoted(inputs[i]), repr(value),
                        )
                    )
                    for i, value in enumerate(row)
                ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _names(model: Model, block: str, array: FloatArray) -> tuple[Sequence[str], Sequence[str]]:
    """Return what the units of a block and their inputs are called; empty texts where they have no name."""
    layout, data = getattr(model, "layout", None), model.data
    units = [""] * len(array)
    inputs = [""] * math.prod(array.shape[1:])
    if isinstance(layout, Layout) and data is not None:
        if block == "weights[0]":
            inputs = list(data.input_names)
        if block.endswith(f"[{len(layout.activations) - 1}]"):
            units = list(data.output_names)
    return units, inputs


def write_weights(path: Path, tracks: Sequence[Weights]) -> None:
    """Write weights as npz or CSV, as the name of the file says.

    Raises
    ------
    LabError
        If it says neither, or the file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise LabError(f"{path}: weights are written as .npz or .csv; give the file one of these endings")
    raw = weights_npz(tracks) if path.suffix.lower() == ".npz" else weights_csv(tracks).encode("utf-8", "replace")
    write_bytes(path, raw)


def curves_csv(tracks: Mapping[str, Curves]) -> str:
    """Return all measurements as CSV, one row a measurement, with the track's name first.

    Where curves have merged measurements, the smallest and the largest of each bucket follow one another.

    Parameters
    ----------
    tracks : mapping of str to Curves
        Names of tracks and their measurements. A column that a track does not measure stays empty in its rows.
    """
    return "\n".join(_curve_lines(tracks)) + "\n"


def _curve_lines(tracks: Mapping[str, Curves]) -> Iterator[str]:
    names = dict.fromkeys(_column_name(column) for curves in tracks.values() for column in curves.columns)
    yield ",".join(["track", *AXES, *names])
    for track, curves in tracks.items():
        places = {_column_name(column): place for place, column in enumerate(curves.columns)}
        clocks = [curves.series(0, axis)[0] for axis in AXES]
        values = {name: curves.series(place, "updates")[1] for name, place in places.items()}
        name = '"' + track.replace('"', '""') + '"'
        for number, row in enumerate(zip(*clocks, strict=True)):
            measured = (repr(float(values[one][number])) if one in values else "" for one in names)
            yield ",".join([name, *(f"{c:.15g}" for c in row), *measured])


def _column_name(column: Column) -> str:
    return f"{column.set_name}_{column.metric}"


def write_curves(path: Path, tracks: Mapping[str, Curves]) -> None:
    """Write what `curves_csv` returns.

    Raises
    ------
    LabError
        If the file cannot be written.
    """
    write_bytes(path, curves_csv(tracks).encode("utf-8", "replace"))


def write_bytes(path: Path, raw: bytes) -> None:
    """Write a file, or say in a sentence why not."""
    try:
        path.write_bytes(raw)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LabError(f"{path}: cannot be written ({reason}); choose another place") from None


def quoted(text: str) -> str:
    """Write a text as a field of a CSV file; names without special signs stay as they are."""
    if not text or text.replace("_", "").replace(" ", "").isalnum():
        return text
    return '"' + text.replace('"', '""').replace("\n", " ").replace("\r", " ") + '"'
