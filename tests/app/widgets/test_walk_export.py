"""A walk as text, LaTeX and rows: nothing is lost on the way, and LaTeX can be typeset."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.widgets.formula import lay_out
from app.widgets.walk_export import HEADINGS, as_latex, as_text, in_tex, rows_of
from nlcore.experiment import Experiment
from nlcore.explanations import Focus, Formula, Line, Step, Walk, walk
from nlcore.expressions import Comparison, Constant, Named, Negative, Product, Sum, parse
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

EXPERIMENTS: dict[str, Experiment] = {
    "xor": xor(),
    "perceptron": gate("and"),
    "tanh": xor(network={"layers": [2, 7, 3, 1], "activations": ["tanh", "relu", "sigmoid"]}),
    "batch": xor(training__mode="batch"),
    "dropout": xor(training__dropout={"hidden": 0.5}),
    "entropy": xor(training__loss="cross_entropy", training__penalty={"strength": 0.01}),
}


def told(experiment: Experiment, presentations: int = 3, **focus: Any) -> Walk:
    trainer = Trainer(experiment)
    state = trainer.advance(trainer.initial_state(), presentations)
    return walk(trainer.model, state, trainer.model.trace(state), Focus(**focus))


def balanced(text: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\[{}]", "", text):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_latex_is_well_formed_and_every_formula_can_be_typeset(name: str) -> None:
    latex = as_latex("Example 1 & 2: 50 %", told(EXPERIMENTS[name]), 4)
    assert "50 \\%" in latex
    assert balanced(latex)
    for environment in re.findall(r"\\begin\{(\w+\*?)\}", latex):
        assert environment == "align*"
    assert latex.count("\\begin{align*}") == latex.count("\\end{align*}") > 0
    assert latex.isascii()
    found = re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", latex, re.DOTALL)
    lines = [line for body in found for line in body.split(" \\\\\n")]
    rules = re.findall(r"\\\[ (.*?) \\\]", latex)
    for line in {*lines, *rules}:
        assert line.count("&") == (1 if line in lines else 0)
        assert balanced(line)
    for line in [*dict.fromkeys(lines)][::7]:
        assert lay_out(line.replace("&", "")) is not None, line
    assert all(lay_out(rule) is not None for rule in dict.fromkeys(rules))


def test_long_sums_are_broken_into_lines() -> None:
    terms = tuple(Product((Named(f"w_{{{i}}}", -1.0), Named(f"x_{{{i}}}", float(i)))) for i in range(1, 8))
    terms = (*terms[:4], Negative(terms[4]), *terms[5:])  # type: ignore[assignment]
    total = Sum(terms)
    step = Step("forward", "Forward", "", (Formula(("unit", 1, 0), "net input", "net", "", total, total.value),))
    latex = as_latex("x", Walk((step,)), 3)
    assert "w_{4}\\, x_{4} \\\\\n&\\quad - w_{5}\\, x_{5} + w_{6}" in latex
    assert "({-}1) \\cdot 4 \\\\\n&\\quad - ({-}1) \\cdot 5 + ({-}1)" in latex
    assert latex.rstrip().endswith("= {-}18\n\\end{align*}")


def test_a_statement_is_true_or_false_and_nothing_is_said_twice() -> None:
    y, net = Named("y", -1.0), Named("net", 0.5)
    product = Product((y, net))
    formulas = (
        Formula(("unit", 1, 0), "product", r"y\, net", "", product, -0.5),
        Formula(("unit", 1, 0), "fires", r"y\, net \leq 0", "", Comparison(product, "<=", Constant(0.0)), 1.0),
        Formula(("unit", 1, 0), "output", "o", "", net, 0.5),
    )
    latex = as_latex("x", Walk((Step("decision", "Decision", "", formulas),)), 3)
    assert "y\\, net &= ({-}1) \\cdot 0.5 = {-}0.5" in latex
    assert "y\\, net \\leq 0 &: \\quad ({-}1) \\cdot 0.5 \\leq 0 \\text{ is true}" in latex
    assert "o &= net \\\\\n&= 0.5" in latex


def test_text_has_every_phase_and_every_number() -> None:
    found = told(EXPERIMENTS["xor"])
    text = as_text("Example 4 of 4", found, 4)
    assert text.startswith("Example 4 of 4\n\n1. ")
    for step in found.steps:
        assert step.title in text
        for formula in step.formulas:
            assert formula.text(4) in text


def test_the_derivation_comes_along() -> None:
    line = Line(r"\Delta w", Product((Named(r"\eta", 0.5), Constant(0.25))), 0.125, reason="Downhill.")
    found = Walk((), (line,))
    assert "Downhill." in as_text("x", found, 4)
    latex = as_latex("x", found, 4)
    assert "Downhill." in latex
    assert r"\Delta w &= \eta \cdot 0.25" in latex
    assert r"&= 0.5 \cdot 0.25 = 0.125" in latex


def test_rows_hold_what_can_be_worked_out_again() -> None:
    found = told(EXPERIMENTS["xor"])
    rows = rows_of(found, 17)
    assert len(rows) == sum(len(step.formulas) for step in found.steps) > 20
    assert {len(row) for row in rows} == {len(HEADINGS)}
    for row in rows:
        numbers, value = row[HEADINGS.index("with numbers")], row[HEADINGS.index("value")]
        assert isinstance(numbers, str)
        assert isinstance(value, float)
        assert parse(numbers) == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_words_of_strangers_do_no_harm() -> None:
    assert in_tex("a_b & 5% {x} \\end $") == "a\\_b \\& 5\\% \\{x\\} \\textbackslash{}end \\$"
    assert in_tex("δ ≤ −1 …") == "$\\delta$ $\\leq$ $-$1 \\dots{}"
    assert in_tex("日本") == "??"
