"""A walk to take along: as text for a message, as LaTeX for a report, and as rows for a spreadsheet."""

from __future__ import annotations

from typing import Final

from app.table import Cell
from app.widgets.numbers import count
from nlcore.explanations import Formula, Line, Step, Walk
from nlcore.expressions import Comparison, Constant, Expression, Named, Sum, latex, plain, text

HEADINGS: Final = ("phase", "what", "place", "symbol", "in symbols", "with numbers", "value", "note")
TERMS_A_LINE: Final = 4
"""A longer sum is set in several lines of LaTeX, so that it stays on the paper."""
SIGNS: Final = {"<=": r"\leq", ">=": r"\geq"}
TEX: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$", "·": r"$\cdot$", "×": r"$\times$",
    "≤": r"$\leq$", "≥": r"$\geq$", "<": "$<$", ">": "$>$", "→": r"$\rightarrow$", "Σ": r"$\Sigma$", "δ": r"$\delta$",
    "Δ": r"$\Delta$", "η": r"$\eta$", "α": r"$\alpha$", "γ": r"$\gamma$", "σ": r"$\sigma$", "“": "``", "”": "''",
    "’": "'", "…": r"\dots{}", "\u00a0": "~", "–": "--", "∂": r"$\partial$",
}  # fmt: skip


def as_text(title: str, walk: Walk, digits: int) -> str:
    """Return a walk as plain text.

    Parameters
    ----------
    title : str
        Which example is shown, and when.
    walk : Walk
        Its steps; a part of them is fine.
    digits : int
        Significant digits of numbers.
    """
    return f"{title}\n\n{walk.text(digits)}"


def as_latex(title: str, walk: Walk, digits: int) -> str:
    """Return a walk as LaTeX that can be put into a document with amsmath; see `as_text`."""
    parts = ["% needs \\usepackage{amsmath}", f"\\noindent {in_tex(title)}", ""]
    for number, step in enumerate(walk.steps, start=1):
        parts.append(f"\\paragraph{{{number}. {in_tex(step.title)}}} {in_tex(step.sentence)}".rstrip())
        parts += _aligned(step, digits)
    if walk.derivation:
        parts.append(r"\paragraph{Where the rule comes from}")
        for line in walk.derivation:
            parts += [in_tex(line.reason), *_derived(line, digits)]
    return "\n".join(parts) + "\n"


def rows_of(walk: Walk, digits: int) -> list[tuple[Cell, ...]]:
    """Return each formula as a row under `HEADINGS`."""
    return [
        (
            step.title,
            formula.kind,
            " ".join(map(str, formula.place)),
            plain(formula.left),
            text(formula.right),
            text(formula.right, digits),
            formula.value,
            formula.note,
        )
        for step in walk.steps
        for formula in step.formulas
    ]


def in_tex(words: str) -> str:
    """Return words so that LaTeX prints them as they are."""
    return "".join(TEX.get(sign, sign if sign.isprintable() and ord(sign) < 0x250 else "?") for sign in words)


def _aligned(step: Step, digits: int) -> list[str]:
    if not step.formulas:
        return []
    rules = dict.fromkeys(formula.general for formula in step.formulas if formula.general)
    lines = [f"\\[ {rule} \\]" for rule in rules]
    body = " \\\\\n".join(_formula(formula, digits) for formula in step.formulas)
    lines.append(f"\\begin{{align*}}\n{body}\n\\end{{align*}}")
    if step.n_more:
        lines.append(in_tex(f"… and {count(step.n_more)} more."))
    return lines


def _formula(formula: Formula, digits: int) -> str:
    """Return left &= symbols, then &= numbers = value; for a statement, whether it is true."""
    value, numbers = latex(Named("", formula.value), digits), latex(formula.right, digits)
    if isinstance(formula.right, Comparison):
        lines = [f"{formula.left} &: \\quad {numbers} \\text{{ is {'true' if formula.right.value else 'false'}}}"]
    else:
        right = _broken(formula.right, None)
        result = value if numbers == value else f"{_broken(formula.right, digits)} = {value}"
        is_said = _bare(right) == _bare(formula.left) or right == value
        lines = [f"{formula.left} &= {result}"] if is_said else [f"{formula.left} &= {right}", f"&= {result}"]
    if formula.note:
        lines[-1] += f" \\quad \\text{{{in_tex(formula.note)}}}"
    return " \\\\\n".join(lines)


def _bare(tex: str) -> str:
    """Return LaTeX without what only makes room."""
    return tex.replace("\\,", "").replace(" ", "")


def _broken(expression: Expression, digits: int | None) -> str:
    """Return an expression, a long sum in several lines."""
    if not isinstance(expression, Sum) or len(expression.terms) <= TERMS_A_LINE:
        return latex(expression, digits)
    pieces = []
    for start in range(0, len(expression.terms), TERMS_A_LINE):
        terms = expression.terms[start : start + TERMS_A_LINE]
        if start:  # a 0 before them, taken away again, lets the first one begin with its sign
            pieces.append(latex(Sum((Constant(0.0), *terms)), digits).removeprefix("0").strip())
        else:
            pieces.append(latex(Sum(terms), digits))
    return " \\\\\n&\\quad ".join(pieces)


def _derived(line: Line, digits: int) -> list[str]:
    sign = SIGNS.get(line.sign, line.sign)
    symbols = f"{line.left} &{sign} {latex(line.right)}"
    value = latex(Named("", line.value), digits)
    numbers = latex(line.right, digits)
    numbers = f"&{sign} {value}" if numbers == value else f"&{sign} {numbers} = {value}"
    return [f"\\begin{{align*}}\n{symbols} \\\\\n{numbers}\n\\end{{align*}}"]
