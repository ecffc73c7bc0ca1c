"""Settings survive a restart; a damaged file is no reason not to start."""

from __future__ import annotations

import pytest

from app.settings import Settings, load_settings, save_settings, settings_path


def test_round_trip() -> None:
    settings = Settings(theme="dark", speed="full speed", layouts={"xor": "AAA="}, last_lesson="faces")
    assert save_settings(settings) == ""
    assert load_settings() == settings
    assert [path.name for path in settings_path().parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"theme = 3",
        b"\xff\xfe",
        b"= =",
        b'theme = "pink"',
        b"unknown = 1",
        pytest.param(b"a = " + b"[" * 99_999, id="deep"),
    ],
)
def test_a_damaged_file_gives_the_defaults(content: bytes) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_bytes(content)
    assert load_settings() == Settings()


def test_a_place_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    blocked = settings_path().parent
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the folder should be")
    assert "could not be saved" in save_settings(Settings())
