"""Random numbers that are the same on every machine and at every moment.

A counter-based hash (the finaliser of splitmix64) turns a key and a counter into 64 random-looking bits. A number
depends on nothing but its key and its counter, so presentation 1000 can be replayed without the 999 before
it. Each purpose (start weights, order, dropout ...) has a key of its own, so that purposes never share a stream.

Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
"""The odd constant nearest to 2^64 divided by the golden ratio: the step between counters."""
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB

START_WEIGHTS = 1
ORDER = 2
DROPOUT = 3
SPLIT = 4
SCENE = 5
FOLDS = 6
DIRECTION = 7


def mix(bits: int) -> int:
    """Return 64 well-mixed bits for 64 bits in (the splitmix64 finaliser)."""
    bits = ((bits ^ (bits >> 30)) * MIX_1) & MASK
    bits = ((bits ^ (bits >> 27)) * MIX_2) & MASK
    return bits ^ (bits >> 31)


def key(purpose: int, seed: int, part: int = 0) -> int:
    """Return the 64-bit key of one stream.

    Parameters
    ----------
    purpose : int
        One of the constants of this module.
    seed : int
        The experiment's (or the data set's) seed; any integer.
    part : int
        A subdivision, for example the epoch.
    """
    bits = mix((seed + GOLDEN * purpose) & MASK)
    return mix((bits + GOLDEN * (part + 1)) & MASK)


def bits_at(stream: int, counter: int) -> int:
    """Return the 64 bits at position `counter` of the stream with the given key."""
    return mix((stream + GOLDEN * (counter + 1)) & MASK)


def below(stream: int, counter: int, limit: int) -> int:
    """Return an integer in 0 .. limit-1 (limit < 2^31; the bias is below 2^-32)."""
    return ((bits_at(stream, counter) >> 32) * limit) >> 32


def bits_array(stream: int, n: int) -> NDArray[np.uint64]:
    """Return the first `n` values of a stream, shape (n,)."""
    with np.errstate(over="ignore"):
        z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(GOLDEN) + np.uint64(stream)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(MIX_1)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(MIX_2)
    return z ^ (z >> np.uint64(31))


def uniform(stream: int, n: int, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
    """Return `n` numbers uniform in [low, high), shape (n,), from the upper 53 bits of each value."""
    unit = (bits_array(stream, n) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return low + (high - low) * unit


def normal(stream: int, n: int, mean: float = 0.0, sd: float = 1.0) -> NDArray[np.float64]:
    """Return `n` normally distributed numbers, shape (n,), by the Box-Muller transform."""
    unit = uniform(stream, 2 * n)
    radius = np.sqrt(-2.0 * np.log1p(-unit[:n]))
    return mean + sd * radius * np.cos(2.0 * np.pi * unit[n:])


def permutation(stream: int, n: int) -> NDArray[np.int64]:
    """Return a random order of 0 .. n-1, shape (n,), by the Fisher-Yates shuffle."""
    order = list(range(n))
    limits = np.arange(1, n + 1, dtype=np.uint64)
    drawn = (((bits_array(stream, n) >> np.uint64(32)) * limits) >> np.uint64(32)).tolist()
    for i in range(n - 1, 0, -1):
        j = drawn[i]  # the same as below(stream, i, i + 1)
        order[i], order[j] = order[j], order[i]
    return np.array(order, dtype=np.int64)
