"""Sets of 20 points on which the learning rate of a perceptron matters as in Flach's figure 7.5, and a loop on them.

The first three show it from the basic linear classifier, the last takes long from zero weights. Positive examples come
first. Drawn once from normal distributions (means (2, 2.5) and (0, 0.5), deviations (0.5, 1.2) and (1.2, 0.5)),
rounded, and kept as a table, because random streams may change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlcore.records import FloatArray
from nlcore.rules import Settings, Units
from nlcore.rules.perceptron import RULE

LABELS = np.repeat([1.0, -1.0], 10)
POINTS: dict[int, FloatArray] = {
    439: np.array(
        [
            [1.377, 3.404],
            [2.274, 4.106],
            [1.85, 0.034],
            [2.207, 2.583],
            [1.328, 3.78],
            [2.274, 0.049],
            [2.307, 4.157],
            [2.317, 1.335],
            [2.727, 1.845],
            [1.783, 1.561],
            [-1.141, 1.145],
            [0.891, 1.192],
            [-0.661, 0.835],
            [1.186, 1.292],
            [0.088, 0.52],
            [-1.24, 0.365],
            [0.004, 1.251],
            [0.068, 0.788],
            [1.643, 0.196],
            [0.337, -0.008],
        ]
    ),
    169: np.array(
        [
            [2.454, 2.298],
            [2.794, 3.765],
            [2.131, 3.149],
            [1.81, 0.824],
            [2.338, 1.617],
            [1.806, 1.922],
            [1.911, 2.255],
            [2.135, 2.723],
            [1.756, 0.158],
            [2.478, 5.052],
            [0.196, 0.722],
            [0.495, 1.042],
            [-1.599, 0.207],
            [0.115, 1.113],
            [1.24, 0.774],
            [-0.806, 0.128],
            [0.071, 0.563],
            [-0.761, 0.806],
            [-0.128, 0.291],
            [-0.85, 0.563],
        ]
    ),
    2794: np.array(
        [
            [3.012, 1.116],
            [2.163, 2.596],
            [2.518, 3.422],
            [1.63, 0.072],
            [2.638, 1.422],
            [2.233, 2.911],
            [1.488, 3.537],
            [2.725, 2.677],
            [1.979, 4.607],
            [2.597, 2.855],
            [0.754, 1.559],
            [0.816, 0.878],
            [0.775, 0.577],
            [0.343, 0.784],
            [-1.229, 0.767],
            [-1.639, 1.292],
            [-0.787, -0.176],
            [1.327, 0.167],
            [0.932, 1.308],
            [1.227, 1.124],
        ]
    ),
    271: np.array(
        [
            [1.803, 0.872],
            [2.796, -0.909],
            [2.058, 1.594],
            [1.893, 1.797],
            [2.064, 1.474],
            [1.641, -1.096],
            [1.695, 3.356],
            [1.965, 2.475],
            [2.095, 1.09],
            [2.091, 3.033],
            [0.474, 0.557],
            [0.646, 0.843],
            [-0.699, 0.452],
            [0.107, 0.723],
            [-1.604, 1.321],
            [-0.685, 0.539],
            [0.769, 0.796],
            [1.547, 1.075],
            [1.53, 0.289],
            [0.835, 0.727],
        ]
    ),
}


def mistakes(inputs: Any, labels: Any, start: Any, learning_rate: float, limit: float = 1e6) -> tuple[int, int]:
    """Return updates and epochs of the perceptron rule's own step until an epoch without update, or beyond a limit."""
    _, *weights = (float(w) for w in start)
    units = Units([[weights]], [[float(start[0])]], [], [], ())
    settings = Settings(learning_rate, 0.0, None)  # type: ignore[arg-type]  # the rule asks for no loss
    examples = list(zip(np.asarray(inputs, dtype=np.float64).tolist(), np.asarray(labels).tolist(), strict=True))
    updates = epochs = 0
    while updates <= limit:
        made = sum(RULE.present(units, x, [y], settings) for x, y in examples)
        updates, epochs = updates + made, epochs + 1
        if made == 0:
            break
    return updates, epochs
