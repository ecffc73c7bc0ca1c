r"""Formulas as plain letters, for the moment before they are typeset and for those that cannot be.

A small reader of LaTeX that knows what lessons use and leaves the rest standing: ``w_{ji}`` becomes a letter with a
subscript, ``\frac{a}{b}`` becomes (a)/(b). It never fails.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

SIGNS: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω", "Delta": "Δ",
    "Sigma": "Σ", "Omega": "Ω", "sum": "Σ", "prod": "Π", "int": "∫", "nabla": "∇", "partial": "∂", "infty": "∞",
    "leftarrow": " ← ", "rightarrow": " → ", "to": " → ", "Rightarrow": " ⇒ ", "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ",
    "geq": " ≥ ", "ne": " ≠ ", "neq": " ≠ ", "approx": " ≈ ", "equiv": " ≡ ", "in": " ∈ ", "forall": "∀",
    "exists": "∃", "cdot": " · ", "times": " × ", "pm": " ± ", "mp": " ∓ ", "dots": "…", "ldots": "…", "cdots": "…",
    "prime": "′", "langle": "⟨", "rangle": "⟩", "|": "‖", "quad": "  ", "qquad": "    ", "{": "{", "}": "}", "%": "%",
    "$": "$", "&": "&", "#": "#", "_": "_", "\\": "; ", ",": " ", ";": " ", ":": " ", "!": "", " ": " ",
}  # fmt: skip
DROPPED: Final = ("left", "right", "displaystyle", "textstyle", "limits", "big", "Big", "bigl", "bigr")
STYLES: Final = {
    "mathbf": "b",
    "boldsymbol": "b",
    "mathit": "i",
    "mathrm": "",
    "text": "",
    "textit": "i",
    "mathbb": "b",
}
ACCENTS: Final = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304", "vec": "\u20d7"}
DEPTH: Final = 40
_TOKEN: Final = re.compile(r"\\([A-Za-z]+|.)|([{}_^&])|(\s+)|([^\\{}_^&\s])", re.DOTALL)


def readable(latex: str) -> str:
    """Return a formula as HTML of letters, signs, ``<sub>`` and ``<sup>``.

    Parameters
    ----------
    latex : str
        As it stands between the dollars.
    """
    tokens = _TOKEN.findall(latex)
    pieces: list[str] = []
    place = 0
    while place < len(tokens):
        piece, place = _next(tokens, place, 0)
        pieces.append(piece)
    return re.sub(r" {2,}", " ", "".join(pieces)).strip()


def plain(latex: str) -> str:
    """Return a formula as text without any markup, for screen readers and for copying."""
    marked = readable(latex).replace("<sub>", "_").replace("<sup>", "^")
    text = re.sub(r"<[^>]*>", "", marked)
    return (
        text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


Tokens = list[tuple[str, str, str, str]]


def _next(tokens: Tokens, place: int, depth: int) -> tuple[str, int]:
    """Return the HTML of the next atom, and the place after it."""
    command, mark, space, letter = tokens[place]
    place += 1
    if command:
        return _command(tokens, place, command, depth)
    if mark == "{" and depth < DEPTH:
        pieces: list[str] = []
        while place < len(tokens) and tokens[place][1] != "}":
            piece, place = _next(tokens, place, depth + 1)
            pieces.append(piece)
        return "".join(pieces), place + 1
    if mark in ("_", "^"):
        tag = "sub" if mark == "_" else "sup"
        inner, place = _argument(tokens, place, depth)
        return f"<{tag}>{inner}</{tag}>", place
    if letter:
        spaced = f" {escape(letter)} " if letter in "=<>+" else escape(letter)
        return (f"<i>{letter}</i>" if letter.isalpha() else "−" if letter == "-" else spaced), place
    del space  # in LaTeX it only separates
    return (" " if mark == "&" else ""), place


def _argument(tokens: Tokens, place: int, depth: int) -> tuple[str, int]:
    while place < len(tokens) and tokens[place][2]:
        place += 1
    if place >= len(tokens) or depth >= DEPTH:
        return "", place
    return _next(tokens, place, depth + 1)


def _command(tokens: Tokens, place: int, command: str, depth: int) -> tuple[str, int]:
    if command in ("begin", "end"):
        _, place = _argument(tokens, place, depth)
        return "", place
    if command in ("frac", "dfrac", "tfrac"):
        top, place = _argument(tokens, place, depth)
        bottom, place = _argument(tokens, place, depth)
        return f"{_group(top)}/{_group(bottom)}", place
    if command == "sqrt":
        inner, place = _argument(tokens, place, depth)
        return f"√{_group(inner)}", place
    if command in ACCENTS:
        inner, place = _argument(tokens, place, depth)
        return re.sub(r"^((?:<[^>]*>)*\w)", rf"\g<1>{ACCENTS[command]}", inner), place
    if command in STYLES:
        return _styled(tokens, place, STYLES[command], depth)
    if command in DROPPED:
        return "", place
    return SIGNS.get(command, escape(command)), place


def _group(html: str) -> str:
    bare = re.sub(r"<[^>]*>|&\w+;", "", html)
    return html if len(bare) <= 1 else f"({html})"


def _styled(tokens: Tokens, place: int, tag: str, depth: int) -> tuple[str, int]:
    """Return an argument in upright or bold letters, its spaces kept."""
    start = place
    _, place = _argument(tokens, place, depth)
    kept = [SIGNS.get(c, "") or " " * bool(s) or t for c, m, s, t in tokens[start:place] if m not in ("{", "}")]
    text = escape("".join(kept))
    return (f"<{tag}>{text}</{tag}>" if tag else text), place
