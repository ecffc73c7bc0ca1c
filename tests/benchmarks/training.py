"""How long one presentation takes in each kernel, relative to plain C, and in other programs, relative to ours."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import numpy as np

from nlcore import kernels
from nlcore.activations import activation
from nlcore.kernels import reference, single, vectorized
from nlcore.kernels.problem import Problem, Progress, StopRules
from nlcore.losses import loss
from nlcore.network import Layout
from nlcore.records import Counters, read_only
from nlcore.rules import backpropagation
from tests.benchmarks import others, plain_c
from tests.benchmarks.measuring import Run, in_rounds, ratio, say, seconds_each

NETWORKS = {
    "XOR 2-2-1": ((2, 2, 1), 4),
    "vowels 2-10-10": ((2, 10, 10), 500),
    "faces 960-3-4": ((960, 3, 4), 277),
    "ALVINN 960-4-30": ((960, 4, 30), 200),
    "digits 64-32-10": ((64, 32, 10), 500),
}
SECONDS = 0.15
"""How long an implementation runs in one round, about."""
PROVEN = 50
"""Presentations after which the weights of all implementations are compared."""
MOST = {"compiled": (1.35, 1.35, 0.65, 0.68, 0.90), "single": (None, None, 5, 5, None)}
"""The goals: times the plain C program, at most, in the order of the networks."""
LEAST = {"scikit-learn": (700, 180, 38, 25, 30), "PyTorch": (3000, 700, 140, 100, 130)}
"""The goals for other programs: times the compiled kernel, at least."""


def problem_of(layers: tuple[int, ...], n: int) -> tuple[Problem, Progress]:
    """Return a network of that size with random examples, and where it starts."""
    rng = np.random.default_rng(1)
    layout = Layout(layers, tuple(activation("sigmoid") for _ in layers[1:]))
    problem = Problem(
        layout=layout, rule=backpropagation.RULE, loss=loss("squared_error"),
        inputs=(read_only(rng.uniform(0, 1, (n, layers[0]))),),
        targets=(read_only(rng.integers(0, 2, (n, layers[-1])) * 0.8 + 0.1),),
        midpoint=0.5, learning_rate=0.3, momentum=0.3, batch=1, mean=False, order=0, seed=1, every=n, stop=StopRules(),
    )  # fmt: skip
    start = read_only(rng.uniform(-0.1, 0.1, layout.n_params))
    return problem, Progress(start, read_only(np.zeros_like(start)), Counters(), 0)


def kernel_runs(problem: Problem, start: Progress) -> dict[str, Run]:
    """Return a run for each of our kernels."""
    modules = {"single": single, "vectorized": vectorized, "reference": reference}
    runs: dict[str, Run] = {}
    if kernels.is_ready():
        runs["compiled"] = lambda n: kernels.run("strict", problem, start, n, measured=False, stops=False).end.params
    for name, module in modules.items():
        runs[name] = lambda n, run=module.run: run(problem, start, n, measured=False, stops=False).end.params
    return runs


def _check(runs: dict[str, Run]) -> None:
    """Make sure that all compute the same before their speeds are compared."""
    right = runs["reference"](PROVEN)
    for name, run in runs.items():
        if name == "compiled":
            assert np.array_equal(run(PROVEN), right), "the compiled kernel must give the bits of the reference"
        else:
            assert np.allclose(run(PROVEN), right, rtol=1e-9), f"{name} must compute the same as the reference"


def main(rounds: int) -> None:
    """Print the table."""
    if not kernels.prepare():
        say(f"no compiled kernel here {kernels.failure()}")
    say("Time of a presentation (microseconds in C, then ratios to C; other programs: ratios to the compiled kernel)")
    with tempfile.TemporaryDirectory() as folder:
        library = plain_c.build(Path(folder))
        for place, (name, (layers, n)) in enumerate(NETWORKS.items()):
            problem, start = problem_of(layers, n)
            runs = kernel_runs(problem, start)
            if library is not None:
                runs = {"C": plain_c.runner(library, problem, start), **runs}
            _check(runs)
            foreign = {"scikit-learn": others.scikit_learn(problem), "PyTorch": others.torch(problem, start)}
            runs |= {key: run for key, run in foreign.items() if run is not None}
            counts = {key: max(1, int(SECONDS / seconds_each(run, 20))) for key, run in runs.items()}
            counts |= {key: max(counts[key], others.EXAMPLES) for key in foreign if key in counts}
            _print(name, place, in_rounds(runs, counts, rounds))
        say(f"goals: {_goals(MOST, 'at most')}; {_goals(LEAST, 'at least')}")


def _print(name: str, place: int, times: dict[str, list[float]]) -> None:
    base = "C" if "C" in times else "vectorized"
    words = []
    for key, of_key in times.items():
        ours = "compiled" if key in LEAST and "compiled" in times else base
        found = ratio(of_key, times[ours])
        most, least = MOST.get(key, (None,) * 5)[place], LEAST.get(key, (0,) * 5)[place]
        is_missed = (most is not None and base == "C" and found > most) or (ours == "compiled" and found < least)
        words.append(f"{key} {found:.2f}{'!' if is_missed else ''}")
    say(f"{name:<16} {1e6 * statistics.median(times[base]):8.3f} us  {'  '.join(words)}")


def _goals(goals: dict[str, tuple[float | None, ...]], word: str) -> str:
    shown = (f"{name} {word} {' / '.join('-' if g is None else f'{g:g}' for g in row)}" for name, row in goals.items())
    return ", ".join(shown) + " (! marks a goal that was missed)"
