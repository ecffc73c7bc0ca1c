"""What must hold for every explanation: one step a phase, true formulas, one number for one symbol."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nlcore.explanations import Focus, Formula, Line, Walk, walk
from nlcore.expressions import (
    Comparison,
    Constant,
    Expression,
    Function,
    More,
    Named,
    Negative,
    Power,
    Product,
    Quotient,
    Sum,
    parse,
    text,
)
from nlcore.records import Trace, TrainState
from nlcore.trainer import Trainer

EXACT = 1e-12
ALL = 1_000_000
LARGEST = 1e100
"""Beyond it products overflow, and the order in which they are worked out decides what comes out."""
OF_SEVERAL = {"net_{\\text{max}}"}
"""A symbol that has another number in another layer."""
FROM_ARRAYS: Mapping[str, tuple[str, ...]] = {
    "net input": ("net_inputs[{below}]",),
    "output": ("before_dropout[{layer}]", "outputs[{layer}]"),
    "error": ("errors",),
    "loss": ("loss",),
    "loss after": ("loss",),
    "output after": ("outputs",),
    "net input after": ("net_inputs",),
    "product": ("products",),
    "product after": ("products",),
    "decision": ("fires",),
    "delta": ("deltas[{below}]",),
    "gradient length": ("gradient_length",),
    "clip factor": ("clip_factor",),
    "direction": ("direction",),
    "step": ("step",),
    "step length": ("length",),
    "new point": ("point",),
    "contribution": ("weights[{layer}]", "biases[{layer}]"),
    "batch sum": ("sum_weights[{layer}]", "sum_biases[{layer}]"),
    "weight change": ("weight_changes[{layer}]", "bias_changes[{layer}]"),
    "change before tying": ("untied_weight_changes[{layer}]", "untied_bias_changes[{layer}]"),
    "new weight": ("weights[{layer}]", "biases[{layer}]"),
    "new weight before tying": ("untied_weights[{layer}]", "untied_biases[{layer}]"),
}
"""Which array of its phase holds the number of a formula; for weights also where the bias is."""
WITHOUT_ARRAY = {"share of the last direction", "output error", "error from above", "error change", "learning rate"}


def size(expression: Expression) -> float:
    """Return what an expression would be if nothing in it cancelled.

    A sum whose terms cancel has no more digits than its largest term allows, whoever adds it up; so a rounding error is
    measured against the sum of the sizes of its terms. Without cancellation this is the value itself. Terms that are
    not written out may cancel among themselves, so sizes are taken from formulas with all terms.
    """
    if isinstance(expression, Named | Constant | More):
        return abs(expression.value)
    if isinstance(expression, Sum):
        return sum(size(term) for term in expression.terms)
    if isinstance(expression, Product):
        return math.prod(size(factor) for factor in expression.factors)
    if isinstance(expression, Quotient):
        below = abs(expression.denominator.value)
        lost = size(expression.denominator) / below if below else math.inf  # digits that cancel below the line
        return size(expression.numerator) / below * lost if below else math.inf
    if isinstance(expression, Negative):
        return size(expression.argument)
    if isinstance(expression, Power) and expression.exponent.value == 2.0:
        return size(expression.base) * size(expression.base)
    return abs(expression.value)


def near(found: float, wanted: float, largest: float) -> bool:
    """Tell whether a number is right but for the last digits of the largest that it is made of."""
    if math.isnan(wanted) or math.isnan(found):
        return math.isnan(wanted) and math.isnan(found)
    return found == wanted or abs(found - wanted) <= EXACT * max(abs(wanted), largest) + 1e-300


def named(expression: Expression) -> Iterator[Named]:
    """Go through the names of an expression."""
    if isinstance(expression, Named):
        yield expression
    elif isinstance(expression, Sum):
        for term in expression.terms:
            yield from named(term)
    elif isinstance(expression, Product):
        for factor in expression.factors:
            yield from named(factor)
    elif isinstance(expression, Negative | Function):
        yield from named(expression.argument)
    elif isinstance(expression, Quotient):
        yield from named(expression.numerator)
        yield from named(expression.denominator)
    elif isinstance(expression, Power):
        yield from named(expression.base)
        yield from named(expression.exponent)
    elif isinstance(expression, Comparison):
        yield from named(expression.left)
        yield from named(expression.right)


def in_trace(formula: Formula, arrays: Mapping[str, Any]) -> float | None:
    """Return the number that the trace holds in the place of a formula."""
    if formula.kind == "seen":
        name = f"outputs[{formula.place[1]}]" if formula.place[1] else "inputs"
        return float(arrays[name][formula.place[2]])
    if formula.kind in WITHOUT_ARRAY:
        return None
    names = FROM_ARRAYS[formula.kind]
    if formula.place[0] == "example":
        return float(arrays[names[0]][0])
    if formula.place[0] == "parameter":
        return float(arrays[names[0]][formula.place[1]])
    _, layer, *index = formula.place
    known = [name.format(layer=layer, below=int(layer) - 1) for name in names]
    if formula.place[0] == "weight":
        unit, source = index
        return float(arrays[known[1]][unit] if source == -1 else arrays[known[0]][unit, source])
    return float(next(arrays[name] for name in known if name in arrays)[index[0]])


def check_numbers(found: Walk, full: Walk, trace: Trace) -> None:
    """Check that every formula works out, and to the number of the trace; `full` is the same with all terms."""
    assert [step.name for step in found.steps] == [phase.name for phase in trace.phases]
    symbols: dict[str, float] = {}
    for step, whole, phase in zip(found.steps, full.steps, trace.phases, strict=True):
        assert step.title
        assert step.sentence.endswith(".")
        sizes = {(formula.place, formula.kind): size(formula.right) for formula in whole.formulas}
        for formula in step.formulas:
            check_line(formula, sizes[formula.place, formula.kind], symbols)
            wanted = in_trace(formula, phase.arrays)
            assert wanted is None or formula.value == wanted or math.isnan(wanted), (formula, wanted)
    for line, all_of_it in zip(found.derivation, full.derivation, strict=True):
        check_line(line, size(all_of_it.right), symbols)


def check_line(line: Formula | Line, largest: float, symbols: dict[str, float]) -> None:
    """Check one formula: it works out to its value, and its symbols have the numbers that they have elsewhere."""
    assert near(line.right.value, line.value, largest), (line, line.right.value)
    assert near(parse(text(line.right, 17)), line.value, largest), line
    pairs = [(name.symbol, name.value) for name in named(line.right)]
    if line.left and not isinstance(line.right, Comparison):
        pairs.append((line.left, line.value))
    for symbol, value in pairs:
        if symbol not in OF_SEVERAL:
            known = symbols.setdefault(symbol, value)
            assert near(value, known, largest), (symbol, value, known)


def check_update(trainer: Trainer, state: TrainState, trace: Trace) -> None:
    """Check that the trace ends where the engine ends: to the last bit where both are the textbook loop."""
    after = trainer.advance(state, 1)
    arrays = {phase.name: phase.arrays for phase in trace.phases}
    assert trace.updated == (after.counters.updates > state.counters.updates)
    if "new weights" not in arrays:
        assert after.params.tobytes() == state.params.tobytes()
        return
    layout = trainer.model.layout  # type: ignore[attr-defined]
    is_exact = trainer.model.kernel == "strict"
    for name in layout.blocks:
        new, wanted = arrays["new weights"][name], layout.block(after.params, name)
        assert same(new, wanted, is_exact=is_exact)
        if trainer.experiment.training.rule == "perceptron":
            continue
        changes = name.replace("weights", "weight_changes").replace("biases", "bias_changes")
        change, last = arrays["weight changes"][changes], layout.block(after.velocity, name)
        assert same(change, last, is_exact=is_exact)


def same(found: Any, wanted: Any, *, is_exact: bool) -> bool:
    """Compare two arrays, to the last bit or to rounding."""
    if is_exact:
        return np.array_equal(found, wanted, equal_nan=True)
    return np.allclose(found, wanted, rtol=EXACT, atol=1e-15, equal_nan=True)


def check_counts(found: Walk, trainer: Trainer) -> None:
    """Check that a step says how many units or weights it leaves out."""
    layout = trainer.model.layout  # type: ignore[attr-defined]
    for step in found.steps:
        places = {formula.place for formula in step.formulas}
        weights = {place for place in places if place[0] == "weight"}
        units = {place for place in places if place[0] == "unit"}
        if weights:
            assert len(weights) + step.n_more == layout.n_params, step.name
        elif units:
            layer = next(iter(units))[1]
            assert len(units) + step.n_more == layout.layers[int(layer)], step.name


def check(
    trainer: Trainer, presentations: int, focus: Focus | None = None, *, may_overflow: bool = False
) -> tuple[Walk, Trace]:
    """Check the explanation of the presentation that follows so many others."""
    state = trainer.advance(trainer.initial_state(), presentations)
    assert np.all(np.isfinite(state.params))  # weights that are no numbers any more are not explained
    with np.errstate(all="ignore"):  # some of these experiments diverge
        trace = trainer.trace(state)
    found = walk(trainer.model, state, trace, focus)
    if not all(np.all(np.abs(array) < LARGEST) for phase in trace.phases for array in phase.arrays.values()):
        assert may_overflow
        return found, trace
    chosen = focus or Focus()
    full = walk(trainer.model, state, trace, replace(chosen, most=ALL))
    check_numbers(found, full, trace)
    check_numbers(full, full, trace)
    check_update(trainer, state, trace)
    check_counts(found, trainer)
    return found, trace
