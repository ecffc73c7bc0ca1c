"""Kept images come back as they were; whatever is wrong with the file, they are made anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import platformdirs
import pytest

from nlcore.faces import heads, kept

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def test_made_once_then_read() -> None:
    calls: list[int] = []

    def make() -> kept.Images:
        calls.append(1)
        return IMAGES

    for _ in range(3):
        assert np.array_equal(kept.load_or_make("test", (__file__,), (2, 3, 4), make), IMAGES)
    assert len(calls) == 1


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', "])
def test_a_damaged_file_is_made_anew(content: bytes) -> None:
    kept.load_or_make("test", (__file__,), (2, 3, 4), lambda: IMAGES)
    (file,) = Path(platformdirs.user_cache_dir("nllab")).glob("test-*.npy")
    file.write_bytes(content)
    assert np.array_equal(kept.load_or_make("test", (__file__,), (2, 3, 4), lambda: IMAGES), IMAGES)
    assert np.array_equal(np.load(file), IMAGES)


def test_another_shape_and_an_older_version_are_ignored(tmp_path: Path) -> None:
    kept.load_or_make("test", (__file__,), (2, 3, 4), lambda: IMAGES)
    other = IMAGES[:1]
    assert np.array_equal(kept.load_or_make("test", (__file__,), (1, 3, 4), lambda: other), other)
    source = tmp_path / "source.py"
    for text in ("a", "b"):
        source.write_text(text)
        kept.load_or_make("test", (str(source),), (2, 3, 4), lambda: IMAGES)
    assert len(list(Path(platformdirs.user_cache_dir("nllab")).glob("test-*.npy"))) == 1


def test_a_place_that_cannot_be_written_does_no_harm() -> None:
    blocked = Path(platformdirs.user_cache_dir("nllab"))
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the folder should be")
    assert kept.load_or_make("test", (__file__,), (2, 3, 4), lambda: IMAGES) is IMAGES


def test_heads_from_the_disk_are_those_that_are_drawn() -> None:
    heads.quarter_size.cache_clear()
    drawn = heads.quarter_size()
    heads.quarter_size.cache_clear()
    read = heads.quarter_size()
    assert list(drawn) == list(read)
    assert all(np.array_equal(drawn[stem], read[stem]) for stem in drawn)
