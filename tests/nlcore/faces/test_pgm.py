"""The reader of PGM images: right on good files, one clear sentence on bad ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.errors import DataError
from nlcore.faces import pgm

PIXELS = bytes(range(12))


def test_binary_and_text_agree() -> None:
    text = b"P2\n4 3\n11\n" + " ".join(map(str, PIXELS)).encode()
    expected = np.arange(12, dtype=np.uint8).reshape(3, 4)
    for data in (b"P5\n4 3\n11\n" + PIXELS, b"P5 4 3 200 " + PIXELS + b"\n", text, text + b"\n# end"):
        np.testing.assert_array_equal(pgm.decode(data, "a.pgm", (3, 4)), expected)


def test_comments_in_the_header_are_skipped() -> None:
    data = b"P5\n# made by hand\n4 # columns\n3\n# grey\n9\n" + PIXELS
    assert pgm.decode(data, "a.pgm").shape == (3, 4)


def test_the_stated_largest_value_does_not_change_the_pixels() -> None:
    for top in (1, 119, 255):
        assert pgm.decode(b"P5 2 1 %d \x00\xc8" % top, "a.pgm").tolist() == [[0, 200]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not begin with the header"),
        (b"P6 4 3 255 " + PIXELS * 3, "does not begin with the header"),
        (b"\x89PNG\r\n\x1a\n", "does not begin with the header"),
        (b"P5 4 3", "does not begin with the header"),
        (b"P5 4 3 255 " + PIXELS[:-1], "cut off: 11 of 12"),
        (b"P5 4 3 255 " + PIXELS + b"x", "goes on after"),
        (b"P2 4 3 255 1 2 3", "cut off: 3 of 12"),
        (b"P2 2 1 255 1 2 3", "goes on after"),
        (b"P2 2 1 255 1 256", "above 255"),
        (b"P2 2 1 255 1 " + b"9" * 10_000, "above 255"),
        (b"P2 2 1 255 1 -2", "not a grey value"),
        (b"P2 2 1 255 1 0x2", "not a grey value"),
        (b"P5 4 3 65535 " + PIXELS * 2, "more than 8 bits"),
        (b"P5 4 3 0 " + PIXELS, "more than 8 bits"),
        (b"P5 100000 100000 255 " + PIXELS, "100000 x 100000 pixels"),
        (b"P5 0 3 255 ", "0 x 3 pixels"),
        (b"P5 " + b"9" * 19 + b" 3 255 ", "pixels, which no face image has"),
        (b"P5 4 3 255 " + bytes(1 << 20), "larger than a face image"),
    ],
)
def test_a_bad_file_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        pgm.decode(data, "faces/bad.pgm")
    assert "faces/bad.pgm" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_size_is_refused_before_the_pixels_are_looked_at() -> None:
    with pytest.raises(DataError, match="100000 x 100000 pixels instead of 32 x 30"):
        pgm.decode(b"P5 100000 100000 255 ", "bad.pgm", (30, 32))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.builds(
        lambda magic, words, rest: magic + b" ".join(words) + rest,
        st.sampled_from([b"P5 ", b"P2 ", b"P5\n#", b"P2\n# c\n"]),
        st.lists(st.integers(-1, 300).map(lambda n: str(n).encode()) | st.binary(max_size=3), max_size=12),
        st.binary(max_size=40),
    )
)
def test_any_bytes_give_an_image_or_one_clear_error(data: bytes) -> None:
    try:
        image = pgm.decode(data, "fuzz.pgm")
    except DataError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert image.dtype == np.uint8
        assert image.ndim == 2
