"""Sentences of the window about data: where they come from, in words that are true of them."""

from __future__ import annotations

import pytest

from app.texts import data_sentence
from nlcore.datasets import load
from nlcore.experiment import Choice


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("logic_gates", {}, "Data: logic gates, built in · 4 training examples."),
        ("linear_noise", {"n": 10}, "Data: linear noise, generated · 10 training examples. The targets follow"),
        ("by_hand", {}, "Data: by hand, written in the lesson · 1 training example."),
        ("faces", {"source": "synthetic"}, "Data: faces, drawn heads (synthetic, not photographs) · "),
    ],
)
def test_the_source_is_said_as_it_is(name: str, options: dict[str, object], said: str) -> None:
    assert data_sentence(load(Choice.parse({"name": name, **options}))).startswith(said)


def test_without_data_nothing_is_said() -> None:
    assert data_sentence(None) == ""
