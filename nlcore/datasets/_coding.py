"""Writing classes as target numbers.

Two classes need one output, low for the first and high for the second; more need one output a class, high for the
true one (1-of-n). Which numbers low and high are is the coding: 0.1 and 0.9 are targets that a sigmoid can reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets._split import Parts
from nlcore.errors import DataError
from nlcore.records import FloatArray

Name = Literal["zero_one", "minus_plus", "tenth_nine_tenths"]
Coding = Annotated[Name, Meta(description="Low and high targets: 0 and 1, -1 and +1, or 0.1 and 0.9.")]
CODES: Final[dict[Name, tuple[float, float]]] = {
    "zero_one": (0.0, 1.0),
    "minus_plus": (-1.0, 1.0),
    "tenth_nine_tenths": (0.1, 0.9),
}
MAX_CLASSES: Final = 200
"""More kinds of target than this are taken for a mistake."""


def midpoint(coding: Name) -> float:
    """Return the number between the low and the high target."""
    return sum(CODES[coding]) / 2


def targets(classes: NDArray[np.int64], n_classes: int, coding: Name, *, one_of_n: bool = False) -> FloatArray:
    """Return target numbers, shape (n, 1) for two classes and (n, n_classes) for more.

    Parameters
    ----------
    classes : ndarray, shape (n,)
        Class numbers from 0.
    n_classes : int
        How many classes there are.
    coding : str
        Which numbers stand for low and high.
    one_of_n : bool
        Give also two classes an output each.
    """
    low, high = CODES[coding]
    if n_classes == 2 and not one_of_n:
        return np.where(classes == 1, high, low)[:, None].astype(np.float64)
    coded = np.full((len(classes), n_classes), low)
    coded[np.arange(len(classes)), classes] = high
    return coded


def output_names(class_names: Sequence[str], *, one_of_n: bool = False) -> tuple[str, ...]:
    """Name the outputs: after the class each stands for; a single one after the second class."""
    return tuple(class_names) if one_of_n or len(class_names) != 2 else (class_names[1],)


def check_classes(class_names: Sequence[str], where: str) -> None:
    """Refuse one class only, and very many.

    Raises
    ------
    DataError
        Saying where.
    """
    if len(class_names) == 1:
        raise DataError(
            f"{where} has one class only ({class_names[0]!r}), so there is nothing to tell apart; add others"
        )
    if len(class_names) > MAX_CLASSES:
        raise DataError(
            f"{where} has {len(class_names)} different values, more than {MAX_CLASSES} classes; "
            f"the first are {', '.join(map(repr, class_names[:3]))}; choose another target"
        )


def notes(parts: Parts, classes: NDArray[np.int64], class_names: Sequence[str]) -> tuple[str, ...]:
    """Name the classes that have no example to train on, in one sentence."""
    seen = set(np.unique(classes[parts.training]).tolist())
    missing = [repr(name) for i, name in enumerate(class_names) if i not in seen]
    if not missing:
        return ()
    if len(missing) > 3:
        missing = [*missing[:3], f"and {len(missing) - 3} more"]
    return (f"The training set holds no example of {', '.join(missing)}: it cannot be learnt.",)
