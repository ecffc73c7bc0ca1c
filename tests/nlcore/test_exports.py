"""Exported weights and curves hold the numbers of the engine, with the names of the data."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nlcore import exports
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.exports import Weights
from nlcore.history import History
from nlcore.network import forward
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor
from tests.nlcore.sessions import train


def trained(name: str = "lesson", **changes: object) -> tuple[History, Weights]:
    history = History(Trainer(xor(**changes)))
    train(history, 40)
    return history, Weights(name, history.trainer.model, history.head.params)


def test_npz_is_a_network_for_numpy_alone(tmp_path: Path) -> None:
    history, weights = trained()
    path = tmp_path / "w.npz"
    exports.write_weights(path, [weights])
    with np.load(path, allow_pickle=False) as found:
        assert sorted(found.files) == ["biases[0]", "biases[1]", "weights[0]", "weights[1]"]
        x = history.run.data.training.inputs  # type: ignore[union-attr]
        hidden = 1.0 / (1.0 + np.exp(-(x @ found["weights[0]"].T + found["biases[0]"])))
        outputs = 1.0 / (1.0 + np.exp(-(hidden @ found["weights[1]"].T + found["biases[1]"])))
    layout = history.trainer.model.layout  # type: ignore[attr-defined]
    np.testing.assert_allclose(outputs, forward(layout, history.head.params, x).outputs[-1], rtol=1e-14)


def test_csv_is_a_long_table_with_names(tmp_path: Path) -> None:
    history, weights = trained()
    path = tmp_path / "w.CSV"
    exports.write_weights(path, [weights])
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == history.head.params.size
    blocks = exports.blocks(history.trainer.model, history.head.params)
    for row in rows:
        index = (int(row["unit"]), *([int(row["input"])] if row["input"] else []))
        assert float(row["value"]) == blocks[row["block"]][index]
        assert row["track"] == "lesson"
    data = history.run.data
    assert data is not None
    first = [row["input_name"] for row in rows if row["block"] == "weights[0]"]
    assert first == [*data.input_names, *data.input_names]
    assert {row["unit_name"] for row in rows if row["block"] == "weights[1]"} == set(data.output_names)
    assert {row["input_name"] for row in rows if row["block"] == "weights[1]"} == {""}


def test_several_tracks_and_odd_names() -> None:
    _, first = trained('one, "two"\nthree')
    _, second = trained("no momentum", training__momentum=0.0)
    with np.load(io.BytesIO(exports.weights_npz([first, second]))) as found:
        assert "weights[0]" in found.files
        assert found["no momentum/biases[1]"].tobytes() == second.params[-1:].tobytes()
    rows = list(csv.DictReader(io.StringIO(exports.weights_csv([first, second]))))
    assert {row["track"] for row in rows} == {'one, "two" three', "no momentum"}
    assert [float(row["value"]) for row in rows] == [*first.params.tolist(), *second.params.tolist()]


def test_a_model_without_layers_has_one_block() -> None:
    history = History(Trainer(Experiment.from_dict({"family": "function"})))
    weights = Weights("bowl", history.trainer.model, history.head.params)
    rows = list(csv.DictReader(io.StringIO(exports.weights_csv([weights]))))
    assert [(row["block"], row["unit"], float(row["value"])) for row in rows] == [
        ("params", "0", 2.0),
        ("params", "1", 1.0),
    ]


def test_curves_hold_every_measurement(tmp_path: Path) -> None:
    history, _ = trained()
    path = tmp_path / "c.csv"
    exports.write_curves(path, {"a, b": history.curves, "c": history.curves})
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * history.curves.n_measurements
    assert {row["track"] for row in rows} == {"a, b", "c"}
    x, y = history.curves.series(history.curves.column("training", "mse") or 0, "updates")
    assert [float(row["updates"]) for row in rows[: len(x)]] == x.tolist()
    assert [float(row["training_mse"]) for row in rows[: len(x)]] == y.tolist()


def test_names_of_files(tmp_path: Path) -> None:
    _, weights = trained()
    with pytest.raises(LabError, match=r"\.npz or \.csv"):
        exports.write_weights(tmp_path / "w.txt", [weights])
    with pytest.raises(LabError, match="cannot be written"):
        exports.write_weights(tmp_path / "none" / "w.npz", [weights])
