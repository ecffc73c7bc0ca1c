"""A step on a function explained: direction, step length and step, new point."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from nlcore.explanations.directions import Search, formula
from nlcore.explanations.records import Formula, Step, Walk
from nlcore.explanations.update import learning_rate
from nlcore.expressions import Constant, Expression, Named, Power, Product, Quotient, Sum
from nlcore.families.function import FunctionModel
from nlcore.records import Phase, Trace, TrainState
from nlcore.schedules import schedule


def walk(model: FunctionModel, state: TrainState, trace: Trace) -> Walk:
    """Explain the three phases of a step; other phases keep their names only."""
    phases = {phase.name: phase for phase in trace.phases}

    def direction(phase: Phase) -> Step:
        search = Search(model, state, phase)
        return Step(phase.name, "Direction", search.sentence(), tuple(search.formulas()))

    def step(phase: Phase) -> Step:
        return _step(Search(model, state, phases["direction"]), phase)

    def new_point(phase: Phase) -> Step:
        return _new_point(model, state, phase, phases["step"])

    known: dict[str, Callable[[Phase], Step]] = {"direction": direction, "step": step, "new point": new_point}
    return Walk(tuple(known.get(phase.name, named)(phase) for phase in trace.phases))


def named(phase: Phase) -> Step:
    """Return a step that says no more than the phase's name."""
    return Step(phase.name, phase.name[:1].upper() + phase.name[1:], "")


def _step(search: Search, phase: Phase) -> Step:
    """Explain the step: its length times the direction, and a share of the last step."""
    training, state = search.model.experiment.training, search.state
    length = Named(r"\eta", float(phase.arrays["length"][0]))
    found = _length(search, length)
    general = r"s = \eta\, p" + r" + \alpha\, s(n{-}1)" * bool(training.momentum)
    for i, direction in enumerate(search.direction):
        name = search.name(i)
        terms: list[Expression] = [Product((length, Named(f"p_{{{name}}}", float(direction))))]
        if training.momentum:
            last = Named(f"s_{{{name}}}(n{{-}}1)", float(state.velocity[i]))
            terms.append(Product((Named(r"\alpha", training.momentum), last)))
        right = terms[0] if len(terms) == 1 else Sum(tuple(terms))
        found.append(formula(i, "step", f"s_{{{name}}}", general, right, float(phase.arrays["step"][i])))
    sentence = "The step is the step length times the direction"
    sentence += ", and a share of the last step." if training.momentum else "."
    return Step(phase.name, "Step", f"{_length_in_words(search, length.value)} {sentence}".strip(), tuple(found))


def _rate(search: Search) -> float:
    """Return the learning rate in force."""
    training = search.model.experiment.training
    return schedule(training.schedule).rate(training.learning_rate, search.state.counters.updates)


def _length(search: Search, length: Named) -> list[Formula]:
    """Return how the step length comes about."""
    training, chosen = search.model.experiment.training, search.model.options.step_length
    rate = _rate(search)
    scheduled = learning_rate(training, search.state.counters.updates, rate)
    if chosen == "fixed":
        return [scheduled] if scheduled is not None else []
    first = Named(r"\eta_{\text{first}}", rate)
    found = [replace(scheduled, left=first.symbol)] if scheduled is not None else []
    if chosen != "backtracking" or not 0.0 < length.value <= rate:
        return found
    times = round(math.log2(rate / length.value))
    halved = Product((first, Power(Quotient(Constant(1.0), Constant(2.0)), Constant(float(times)))))
    general = r"\eta = \eta_{\text{first}} \cdot (\frac{1}{2})^k"
    note = f"Halved {times} time{'' if times == 1 else 's'}."
    found.append(Formula(("example",), "step length", r"\eta", general, halved, length.value, note))
    return found


def _length_in_words(search: Search, length: float) -> str:
    chosen = search.model.options.step_length
    if chosen != "fixed" and float(search.gradient @ search.direction) >= 0.0:
        return "The direction does not lead down, so no step length is searched."
    if chosen == "backtracking":
        if length == 0.0:
            return "However often the learning rate was halved, the step did not pay, so none is taken."
        return "The learning rate is halved until the step goes down as far as the slope promises."
    if chosen == "exact":
        return "The step length was searched: it leads to the lowest place along the direction."
    return ""


def _new_point(model: FunctionModel, state: TrainState, phase: Phase, before: Phase) -> Step:
    """Explain the new point: the step is added."""
    found = []
    for i, name in enumerate(model.param_names[: model.n_params]):
        right = Sum((Named(name, float(state.params[i])), Named(f"s_{{{name}}}", float(before.arrays["step"][i]))))
        value = float(phase.arrays["point"][i])
        general = r"\mathbf{x} \leftarrow \mathbf{x} + \mathbf{s}"
        found.append(formula(i, "new point", f"{name}'", general, right, value))
    return Step(phase.name, "New point", "The step is added to the point.", tuple(found))
