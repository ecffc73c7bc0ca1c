"""The data set ``vowels``: the shipped table against the known means, the sets, the scaling, and learning."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nlcore.datasets import _shipped
from nlcore.errors import ExperimentError
from tests.nlcore.datasets.loading import accuracy, after, checksum, loaded, same, sizes


def test_the_shipped_table() -> None:
    assert checksum("vowels.csv") == "b72d662c19d6ec977c9b3bbe166a79b611e3d394dc8a785aa4694d545bdd863f"
    rows = _shipped.rows("vowels.csv")
    assert len(rows) == 1520
    assert set(Counter((row["speaker"], row["vowel"]) for row in rows).values()) == {2}
    assert Counter(row["type"] for row in rows) == {"m": 660, "w": 560, "c": 300}
    assert set(Counter(row["vowel"] for row in rows).values()) == {152}
    assert sum(int(row["f1"]) >= int(row["f2"]) for row in rows) == 5


@pytest.mark.parametrize(
    ("who", "word", "f1", "f2"),
    [
        ("men", "heed", 266, 2293),
        ("women", "had", 862, 2048),
        ("children", "heard", 568, 1805),
        ("men", "hawed", 568, 836),
    ],
)
def test_the_means_are_the_known_ones(who: str, word: str, f1: int, f2: int) -> None:
    data = loaded("vowels", who=who, standardise=False, test_fraction=0.0)
    assert data.class_names is not None
    chosen = data.training.targets.argmax(axis=1) == data.class_names.index(word)
    means = data.training.inputs[chosen].mean(axis=0)
    assert np.floor(means).tolist() == [f1, f2]  # as in the fact sheet, which cuts the decimals off
    assert data.input_names == ("F1 (Hz)", "F2 (Hz)")
    assert not any("standardised" in note for note in data.notes)


def test_tokens_or_speakers() -> None:
    data = loaded("vowels")
    assert sizes(data) == (1000, 0, 520)
    for examples in data.sets.values():
        for name, target in zip(examples.names, examples.targets, strict=True):
            assert data.class_names is not None
            assert data.class_names[int(target.argmax())] == name.split(" (")[0]
            assert sorted(set(target.tolist())) == [0.1, 0.9]
    by_speaker = loaded("vowels", split="speakers")
    assert sizes(by_speaker) == (1000, 0, 520)
    who = [{name.split("speaker ")[1].split(",")[0] for name in s.names} for s in by_speaker.sets.values()]
    assert [len(people) for people in who] == [50, 0, 26]
    assert not who[0] & who[2]
    assert by_speaker.notes[0] == "Divided by speakers: 50 for training, 0 for validation, 26 for testing."
    assert sizes(loaded("vowels", n=671, test_fraction=0.4963)) == (338, 0, 333)
    assert same(loaded("vowels", split_seed=3), loaded("vowels", split_seed=3))
    assert not same(data, loaded("vowels", split_seed=3))


def test_standardising_uses_the_training_set_and_is_said() -> None:
    raw, data = loaded("vowels", standardise=False), loaded("vowels")
    mean, sd = raw.training.inputs.mean(axis=0), raw.training.inputs.std(axis=0)
    for name in ("training", "test"):
        np.testing.assert_allclose(data.sets[name].inputs, (raw.sets[name].inputs - mean) / sd, rtol=1e-9, atol=1e-9)
    assert data.input_names == ("F1 (Hz) (standardised)", "F2 (Hz) (standardised)")
    assert f"F1 (Hz) {mean[0]:.6g} and {sd[0]:.6g}" in data.notes[1]
    assert "5 of the examples" in data.notes[0]


def test_wrong_options() -> None:
    with pytest.raises(ExperimentError, match="names a formant twice"):
        loaded("vowels", formants=["f1", "f1"])
    with pytest.raises(ExperimentError, match="n chooses single words"):
        loaded("vowels", split="speakers", n=10)


def test_a_network_learns_it() -> None:
    measured = after({"name": "vowels"}, [2, 15, 10], ["sigmoid", "sigmoid"], 60, learning_rate=3.0)
    assert accuracy(measured, "test") > 0.65
