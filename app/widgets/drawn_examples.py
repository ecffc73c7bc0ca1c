"""Which examples of a set are drawn as points: all of a small set, of a large one a sample that is always the same.

More points than this hide each other and the map below, and make every picture slow. The sample depends on the size of
the set alone, so that the same points stand in every picture of it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MOST_DRAWN = 2000
SEED = 1


def drawn_examples(n: int, also: int = -1) -> NDArray[np.intp]:
    """Return the indices of the examples to draw, in ascending order.

    Parameters
    ----------
    n : int
        Size of the set.
    also : int
        One that is drawn in any case, because it is selected; -1 for none.
    """
    found = _sample(n)
    if not 0 <= also < n or len(found) == n or also in found:
        return found
    return np.sort(np.append(found, also))


@lru_cache(maxsize=8)
def _sample(n: int) -> NDArray[np.intp]:
    if n <= MOST_DRAWN:
        found = np.arange(n, dtype=np.intp)
    else:
        found = np.sort(np.random.default_rng(SEED).choice(n, MOST_DRAWN, replace=False).astype(np.intp))
    found.setflags(write=False)
    return found
