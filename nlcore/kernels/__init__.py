"""The loops that do the training, in three forms of the same arithmetic.

`reference` is the textbook loop in plain Python; `compiled` is the same loop as machine code and gives equal bits, so
the two can be swapped at any presentation and together are the kernel called "strict". `vectorized` works with
matrix products: for batches, and for machines without the compiler, where `single` shows example by example with less
ado. A run keeps the kernel it began with.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from types import ModuleType

from nlcore.kernels import reference, single, vectorized
from nlcore.kernels.problem import Problem, Progress, Stretch
from nlcore.records import Counters, FloatArray
from nlcore.rules import Units

STRICT, VECTORIZED = "strict", "vectorized"
COMPILED_RULES = ("perceptron", "delta", "backpropagation")
"""The rules the compiled kernel knows; any other runs in the reference loop."""

MUCH = 4_000_000
"""Weights times examples from which on plain Python takes longer than the compiler."""

_compiled: ModuleType | None = None
_ready: set[bool] = set()
"""Which of the two compiled loops can be called: the plain one (False), the one with all options (True)."""
_failure = ""
_lock = threading.Lock()


def has_compiler() -> bool:
    """Tell whether the compiler is installed, without importing it."""
    return importlib.util.find_spec("numba") is not None and not _failure


def is_ready(*, has_options: bool = False) -> bool:
    """Tell whether a compiled loop can be called now.

    Parameters
    ----------
    has_options : bool
        Whether the loop with penalty, decay, dropout and so on is meant.
    """
    return has_options in _ready


def is_compiled(problem: Problem) -> bool:
    """Tell whether the compiled loop for a problem can be called now."""
    return problem.rule.name in COMPILED_RULES and is_ready(has_options=problem.options is not None)


def failure() -> str:
    """Return why the compiled kernel cannot be used on this machine, or an empty text."""
    return _failure


def prepare(*, has_options: bool = False) -> bool:
    """Import and compile a loop of the compiled kernel; takes seconds the first time, so call it off the GUI thread.

    Parameters
    ----------
    has_options : bool
        Whether the loop with penalty, decay, dropout and so on is meant.

    Returns
    -------
    bool
        Whether it is ready. A compiler that is missing or broken is not an error: see `failure`.
    """
    global _compiled, _failure
    with _lock:
        if has_options not in _ready and not _failure:
            try:
                module = importlib.import_module("nlcore.kernels.compiled.strict")
                module.warm_up(has_options)
                _compiled = module
                _ready.add(has_options)
            except Exception as error:
                _failure = f"{type(error).__name__}: {error}"
    return has_options in _ready


def choose(mode: str, rule: str) -> str:
    """Return the name of the kernel for a whole run."""
    if mode == "incremental" and (has_compiler() or rule not in COMPILED_RULES):
        return STRICT
    return VECTORIZED


def measure(kernel: str, problem: Problem, params: FloatArray, counters: Counters) -> FloatArray:
    """Measure all sets as a kernel does on its way, to the last bit: one row, see `nlcore.kernels.problem`.

    Where the textbook loop would take long, the compiled one is made ready first.
    """
    if kernel == VECTORIZED or not problem.rule.trains:
        return vectorized.measure(problem, params, counters)
    if problem.rule.name in COMPILED_RULES and params.size * sum(map(len, problem.inputs)) > MUCH:
        prepare(has_options=problem.options is not None)
    if _compiled is not None and is_compiled(problem):
        row: FloatArray = _compiled.measure(problem, params, counters)
        return row
    return reference.measure(problem, Units.of(problem.layout, params, params), counters)


def run(kernel: str, problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train for `n` presentations or until the problem says stop.

    Parameters
    ----------
    kernel : str
        "strict" or "vectorized".
    problem : Problem
        What to train on and how.
    start : Progress
        Where to begin; it is not changed.
    n : int
        Presentations, at most.
    measured : bool
        Whether to measure on the way, as the problem says; without it nothing but divergence ends the stretch.
    stops : bool
        Whether the stop rules hold.
    """
    if not 0 <= start.counters.position_in_epoch < problem.n:  # machine code does not look
        raise ValueError(f"position {start.counters.position_in_epoch} in an epoch of {problem.n} examples")
    if kernel == VECTORIZED and problem.batch == 1 and single.can_run(problem):
        return single.run(problem, start, n, measured=measured, stops=stops)
    if kernel == VECTORIZED:
        return vectorized.run(problem, start, n, measured=measured, stops=stops)
    if _compiled is not None and is_compiled(problem):
        stretch: Stretch = _compiled.run(problem, start, n, measured=measured, stops=stops)
        return stretch
    return reference.run(problem, start, n, measured=measured, stops=stops)
