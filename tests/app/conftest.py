"""What the tests of the window share."""

from __future__ import annotations

import pytest

from app import moves


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the window wait for moves in time however busy the machine is; `test_moves.py` is about slow ones."""
    monkeypatch.setattr(moves, "PATIENCE", 30.0)
