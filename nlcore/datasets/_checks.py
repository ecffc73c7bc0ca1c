"""What is odd about examples, told in sentences: constant or huge inputs, equal examples with different targets.

Neither is an error: a network can be trained on such examples, but a person who does not know of them looks for the
fault in the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import DataError
from nlcore.records import FloatArray

HUGE = 1e6
"""Inputs and targets beyond this are told."""
ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9)


def place(text: str) -> Path:
    """Return the path a person wrote, where "~" is the home folder.

    Raises
    ------
    DataError
        If there is no such home folder.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise DataError(f"dataset.path: {text} begins with a home folder that is not known; write it out") from None


def counted(n: int, what: str) -> str:
    """Return a number with its noun, such as "1 image" or "2 images"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def constant_inputs(inputs: FloatArray, names: Sequence[str]) -> tuple[str, ...]:
    """Name the inputs that have the same value in all training examples, in one sentence."""
    still = [j for j in range(inputs.shape[1]) if len(inputs) > 1 and inputs[:, j].min() == inputs[:, j].max()]
    if not still:
        return ()
    shown = ", ".join(f"{names[j]} (always {inputs[0, j]:g})" for j in still[:3])
    more = f" and {len(still) - 3} more" if len(still) > 3 else ""
    return (f"The same in all {len(inputs):,} training examples, so nothing can be learnt from it: {shown}{more}.",)


def huge_inputs(inputs: FloatArray, names: Sequence[str]) -> tuple[str, ...]:
    """Name the inputs that are so large that units would see nothing else, in one sentence."""
    largest = np.abs(inputs).max(axis=0) if len(inputs) else np.zeros(inputs.shape[1])
    huge = np.flatnonzero(largest > HUGE)
    if not len(huge):
        return ()
    first = int(huge[0])
    more = f" and {counted(len(huge) - 1, 'more input')}" if len(huge) > 1 else ""
    note = f"Very large inputs drive weights out of range: {names[first]} (up to {largest[first]:g}){more};"
    return (f"{note} standardise them (standardise = true).",)


def huge_targets(targets: FloatArray, name: str) -> tuple[str, ...]:
    """Say that targets are so large that their errors will be, in one sentence."""
    largest = float(np.abs(targets).max(initial=0.0))
    if largest <= HUGE:
        return ()
    return (f"Very large targets make huge errors: {name} (up to {largest:g}); write them in larger units.",)


def contradictions(
    inputs: FloatArray,
    classes: NDArray[np.int64],
    name: Callable[[int], str],
    what: str = "inputs",
    differ: str = "classes",
) -> tuple[str, ...]:
    """Say how many examples have the same inputs but different classes, in one sentence with the first pair.

    Parameters
    ----------
    inputs : ndarray, shape (n, n_inputs)
        The inputs.
    classes : ndarray, shape (n,)
        Class numbers, or other whole numbers that are different where the targets are.
    name : callable
        Gives what example `i` is called.
    what, differ : str
        What is the same, and what differs.
    """
    codes = np.zeros(len(inputs), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for j in range(inputs.shape[1]):
            column = (inputs[:, j] + 0.0).view(np.uint64)  # + 0.0: -0 and 0 are the same number
            codes = (codes ^ column) * np.uint64(ODD[0])
            codes ^= codes >> np.uint64(29)
            codes *= np.uint64(ODD[1])
    order = np.lexsort((classes, codes))
    one, other = order[:-1], order[1:]
    near = (codes[one] == codes[other]) & (classes[one] != classes[other])
    one, other = one[near], other[near]
    same = np.all(inputs[one] == inputs[other], axis=1)
    one, other = one[same], other[same]
    if not len(one):
        return ()
    first = int(np.argmin(np.minimum(one, other)))
    a, b = sorted((int(one[first]), int(other[first])))
    more = f", and {counted(len(one) - 1, 'more such pair')}" if len(one) > 1 else ""
    note = f"The same {what} but different {differ}: {name(a)} and {name(b)}{more};"
    return (f"{note} a network gives equal outputs for them, so it cannot be right about both.",)
