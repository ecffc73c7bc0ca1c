r"""LaTeX to plain text, as far as the symbols and rules of this program use it.

``\delta_{h_{1}}`` becomes ``δ_h1``, ``w_{o_{1} h_{2}}`` becomes ``w_o1,h2``, ``\frac{1}{1 - p}`` ``1 / (1 - p)``.
"""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = {
    "alpha": "α",
    "gamma": "γ",
    "delta": "δ",
    "Delta": "Δ",
    "eta": "η",
    "lambda": "λ",
    "partial": "∂",
    "nabla": "∇",
    "sigma": "σ",
    "varepsilon": "ε",
    "cdot": "·",
    "cdots": "...",
    "ldots": "...",
    "sum": "Σ",
    "leq": " <= ",
    "geq": " >= ",
    "leftarrow": " <- ",
    "in": " in ",
    "quad": "  ",
    "Vert": "|",
    "lfloor": "floor(",
    "rfloor": ")",
    "infty": "inf",
    "tanh": "tanh",
    "max": "max",
    "ln": "ln ",
    ",": " ",
    ";": " ",
    " ": " ",
}
_PIECE: Final = re.compile(r"\\([A-Za-z]+|[,; ])(?:\s+(?![=<>+-]))?|.", re.DOTALL)

_FACTOR: Final = re.compile(r"\s*(?:\\,)?\s*(?:\\(?!quad|text)[A-Za-z]|[A-Za-z(])")
"""What makes a fraction before it a factor, which needs parentheses."""


def plain(symbol: str) -> str:
    """Write a LaTeX symbol or rule without LaTeX."""
    found = _converted(symbol.replace("{-}", "-").replace("{+}", "+"), is_index=False)
    return re.sub(r" {2,}", " ", found.replace(" ·", "·").replace("· ", "·")).strip()


def _converted(latex: str, *, is_index: bool) -> str:
    found, at = "", 0
    while at < len(latex):
        match = _PIECE.match(latex, at)
        assert match is not None
        command, at = match[1], match.end()
        if command is None:
            sign = match[0]
            if sign in "_^":
                inner, at = _group(latex, at)
                found += _raised(inner) if sign == "^" else _lowered(inner, is_index)
            elif sign == "{":
                inner, at = _group(latex, at - 1)
                found += _converted(inner, is_index=is_index)
            else:
                found += sign
        elif command == "frac":
            above, at = _group(latex, at)
            below, at = _group(latex, at)
            divided = f"{_held(_converted(above, is_index=False))} / {_held(_converted(below, is_index=False))}"
            found += f"({divided})" if _FACTOR.match(latex, at) else divided
        elif command == "tilde":
            inner, at = _group(latex, at)
            found += inner + "\u0303"
        elif command == "sqrt":
            inner, at = _group(latex, at)
            found += f"sqrt({_converted(inner, is_index=False)})"
        elif command in ("text", "mathrm", "mathbf"):
            inner, at = _group(latex, at)
            found += inner
        else:
            found += _SIGNS.get(command, command)
    return found


def _group(latex: str, at: int) -> tuple[str, int]:
    """Return what stands in the braces that open here, or the one sign without braces, and where it ends."""
    if at >= len(latex) or latex[at] != "{":
        match = _PIECE.match(latex, at)
        return ("", at) if match is None else (match[0], match.end())
    depth = 0
    for end in range(at, len(latex)):
        depth += (latex[end] == "{") - (latex[end] == "}")
        if depth == 0:
            return latex[at + 1 : end], end + 1
    return latex[at + 1 :], len(latex)


def _lowered(inner: str, is_index: bool) -> str:
    written = _converted(inner, is_index=True)
    if "\\in" in inner:
        return f"_({written.strip()})"
    written = written.replace(" ", ",")
    return written if is_index else f"_{written}"


def _raised(inner: str) -> str:
    written = _converted(inner, is_index=False)
    if written.startswith("(") and written.endswith(")"):
        return written  # the number of a layer
    return f"^{_held(written)}"


def _held(written: str) -> str:
    return f"({written})" if re.search(r"[-+ ]", written.strip().lstrip("-")) or written.startswith("-") else written
