"""Archives in the form of the CMU face images, filled with drawn heads, so that any machine can test the reading."""

from __future__ import annotations

import pytest
from face_archives import p5

from nlcore.faces import heads


@pytest.fixture(scope="session")
def quarter_files() -> dict[str, bytes]:
    """Give 624 quarter-size images as a tree would have them."""
    return {
        f"faces/{stem.split('_')[0]}/{stem}_4.pgm": p5(image) for stem, image in heads.quarter_size(heads.SEED).items()
    }


@pytest.fixture(scope="session")
def full_files() -> dict[str, bytes]:
    """Give 624 full-size images."""
    return {
        f"faces/{stem.split('_')[0]}/{stem}.pgm": p5(image) for stem, image in heads.all_full_size(heads.SEED).items()
    }
