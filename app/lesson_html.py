"""A lesson's Markdown as the small HTML that a text browser without a web engine can show.

Colours come from a theme. Formulas become pictures with a key where they are typeset already, and letters until then.
Folding blocks become a bar with a heading; what they hold is left out while they are closed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import escape
from typing import Final

from markdown_it.token import Token

from app.formula_text import readable
from app.lesson_text import BLOCKS, MATH, parse, parse_link
from app.theme import Theme, blend

FOLD: Final = "fold:"
FORMULA: Final = "formula:"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a text: its LaTeX, and whether it stands on lines of its own."""

    latex: str
    is_display: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """How large a typeset formula is, in pixels of the page, and whether it is too tall for lines of even distance."""

    width: float
    height: float
    is_tall: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A text ready to be shown.

    Attributes
    ----------
    html : str
        With ``formula:N`` as the address of a picture and ``fold:N`` as that of a folding block's heading.
    formulas : tuple of Formula
        Those that are visible; N counts in them.
    n_blocks : int
        How many folding blocks there are.
    """

    html: str
    formulas: tuple[Formula, ...]
    n_blocks: int


Typeset = Callable[[Formula], Picture | None]


def render(
    text: str,
    theme: Theme,
    open_blocks: Collection[int] = (),
    typeset: Typeset = lambda _: None,
    line_height: int = 0,
) -> Page:
    """Turn Markdown into a page.

    Parameters
    ----------
    text : str
        Markdown.
    theme : Theme
        The colours.
    open_blocks : collection of int
        Which folding blocks are open, counted from 0.
    typeset : callable
        Returns the size of a formula's picture, or None where it is to be written in letters.
    line_height : int
        Distance of the lines in pixels; paragraphs with a tall formula take more. 0 leaves it to the style sheet.
    """
    writer = _Writer(theme, open_blocks, typeset, line_height)
    writer.write_blocks(parse(text))
    body = "".join(writer.pieces)
    html = f"<html><head><style>{style_sheet(theme)}</style></head><body>{body}</body></html>"
    return Page(html, tuple(writer.formulas), writer.n_blocks)


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a page."""
    code = blend(theme.text, theme.base, 0.08)
    return f"""
body {{ color: {theme.text}; }}
h1 {{ font-size: 160%; font-weight: 700; margin: 0 0 10px 0; }}
h2 {{ font-size: 122%; font-weight: 700; margin: 22px 0 4px 0; }}
h3 {{ font-size: 105%; font-weight: 700; margin: 14px 0 2px 0; }}
p {{ margin: 7px 0 7px 0; line-height: 128%; }}
p.tight {{ margin: 0; }}
p.display {{ margin: 12px 0 4px 22px; line-height: 100%; }}
li {{ margin: 3px 0 3px 0; line-height: 128%; }}
ul, ol {{ margin: 8px 0 8px 0; }}
code {{ font-family: monospace; background-color: {code}; }}
pre {{ font-family: monospace; background-color: {code}; margin: 8px 0 8px 0; }}
a {{ color: {theme.accent}; text-decoration: underline; }}
a.action {{ background-color: {blend(theme.accent, theme.base, 0.13)}; text-decoration: none; font-weight: 600; }}
a.fold {{ text-decoration: none; font-weight: 700; }}
th {{ font-weight: 700; text-align: left; }}
.muted {{ color: {theme.muted}; }}
"""


class _Writer:
    """Walks the tokens of a text and collects HTML."""

    def __init__(self, theme: Theme, open_blocks: Collection[int], typeset: Typeset, line_height: int) -> None:
        self.theme = theme
        self.open_blocks = open_blocks
        self.typeset = typeset
        self.pieces: list[str] = []
        self.formulas: list[Formula] = []
        self._numbers: dict[Formula, int] = {}
        self.n_blocks = 0
        self._closes: list[str] = []
        self._even = f' style="line-height:{line_height}px; -qt-line-height-type:fixed"' if line_height else ""
        self._start = 0
        self._has_tall = False

    def write_blocks(self, tokens: list[Token]) -> None:
        """Write block tokens; those inside a closed folding block are passed over."""
        closed = 0  # how many containers deep inside a closed one
        for i, token in enumerate(tokens):
            is_container = token.type.startswith("container_")
            if is_container and token.nesting == 1:
                number, self.n_blocks = self.n_blocks, self.n_blocks + 1
                if closed:
                    closed += 1
                elif not self._open_container(token, number):
                    closed = 1
            elif is_container:
                if closed:
                    closed -= 1
                if not closed:
                    self.pieces.append("</td></tr></table>")
            elif not closed:
                self._block(token, tokens[i - 1] if i else None)

    def _open_container(self, token: Token, number: int) -> bool:
        """Write the bar and the heading of a folding block; tell whether it is open."""
        kind, _, title = token.info.strip().partition(" ")
        is_open = number in self.open_blocks
        bar = self.theme.accent if kind == "predict" else self.theme.muted
        back = blend(bar, self.theme.base, 0.07)
        sign = "▾&nbsp;hide" if is_open else "▸&nbsp;show"
        heading = title.strip() or BLOCKS[kind]
        self.pieces.append(
            f'<table width="100%" cellspacing="0" cellpadding="0" style="margin-top:8px; margin-bottom:8px">'
            f'<tr><td width="4" bgcolor="{bar}"></td>'
            f'<td bgcolor="{back}" style="padding:5px 10px 6px 10px">'
            f'<p class="tight"><a class="fold" href="{FOLD}{number}">{escape(heading)}&nbsp; {sign}</a></p>'
        )
        return is_open

    def _block(self, token: Token, before: Token | None) -> None:
        kind = token.type
        if kind == "inline":
            self._inline(token.children or [])
        elif kind in ("math_block", "math_block_label"):
            self.pieces.append(f'<p class="display">{self._formula(token.content, is_display=True)}</p>')
        elif kind in ("fence", "code_block"):
            self.pieces.append(f"<pre>{escape(token.content.rstrip())}</pre>")
        elif kind == "hr":
            self.pieces.append("<hr/>")
        elif kind in ("paragraph_open", "paragraph_close"):
            self._paragraph(token, before)
        elif kind == "table_open":
            line = self.theme.line
            self.pieces.append(
                f'<table border="1" cellspacing="0" cellpadding="4" style="border-collapse:collapse; '
                f'border-style:solid; border-color:{line}; margin-top:8px; margin-bottom:8px">'
            )
        elif kind in ("thead_open", "thead_close", "tbody_open", "tbody_close"):
            pass
        else:
            self._plain(token)

    def _paragraph(self, token: Token, before: Token | None) -> None:
        """Begin or end a paragraph; its lines are evenly spaced unless a tall formula was met in it."""
        if token.nesting == 1:
            self._has_tall = False
            is_first = before is not None and before.type in ("list_item_open", "blockquote_open")
            if not token.hidden:  # as those of tight lists are, whose style stands in the <li>
                self.pieces.append('<p class="tight">' if is_first else "<p>")
            self._start = len(self.pieces) - 1
            return
        if not self._has_tall:
            self.pieces[self._start] = self.pieces[self._start].removesuffix(">") + self._even + ">"
        if not token.hidden:
            self.pieces.append("</p>")

    def _plain(self, token: Token) -> None:
        """Write a tag as it is; markdown-it makes no others than CommonMark's."""
        align = str(token.attrGet("style") or "").removeprefix("text-align:")
        attributes = f' align="{align}"' if align in ("left", "center", "right") else ""
        if token.type == "th_open":
            attributes += f' bgcolor="{self.theme.raised}"'
        if token.type == "ordered_list_open" and isinstance(start := token.attrGet("start"), int):
            attributes += f' start="{start}"'
        self.pieces.append(f"<{token.tag}{attributes}>" if token.nesting == 1 else f"</{token.tag}>")

    def _inline(self, tokens: list[Token]) -> None:
        for token in tokens:
            kind = token.type
            if kind in MATH:
                self.pieces.append(self._formula(token.content, is_display=kind != "math_inline"))
            elif kind == "softbreak":
                self.pieces.append("\n")
            elif kind == "hardbreak":
                self.pieces.append("<br/>")
            elif kind == "code_inline":
                self.pieces.append(f"<code>{escape(token.content)}</code>")
            elif kind == "link_open":
                self._open_link(str(token.attrGet("href") or ""))
            elif kind == "link_close":
                self.pieces.append(self._closes.pop())
            elif kind in ("em_open", "em_close", "strong_open", "strong_close"):
                self.pieces.append(f"<{'/' * (token.nesting == -1)}{token.tag}>")
            else:  # text; of a picture only its description, which CommonMark keeps as content
                self.pieces.append(escape(token.content))

    def _open_link(self, href: str) -> None:
        try:
            action = parse_link(href)
        except ValueError:  # found when the lesson was read; here it is just not a link
            self._closes.append("")
            return
        address = escape(href)
        if action is None:
            self.pieces.append(f'<a href="{address}">')
            self._closes.append("</a>")
        else:
            self.pieces.append(f'<a class="action" href="{address}">&nbsp;')
            self._closes.append("&nbsp;</a>")

    def _formula(self, latex: str, *, is_display: bool) -> str:
        formula = Formula(latex.strip(), is_display)
        number = self._numbers.setdefault(formula, len(self.formulas))
        if number == len(self.formulas):
            self.formulas.append(formula)
        picture = self.typeset(formula)
        if picture is None:
            return readable(formula.latex)
        self._has_tall |= picture.is_tall
        return f'<img src="{FORMULA}{number}" width="{picture.width:g}" height="{picture.height:g}"/>'
