"""The legend of the decision surface: what the points mean, and how many of them are drawn."""

from __future__ import annotations

from app.glossary import tip
from app.theme import Theme
from app.widgets.legend import Entry
from app.widgets.markers import marker
from app.widgets.numbers import count
from app.widgets.surface_colours import FEW_CLASSES, class_marker
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName


def legend_entries(
    model: FeedforwardModel,
    chosen: SetName | None,
    n_drawn: int,
    n_wrong: int | None,
    selected: str,
    theme: Theme,
    *,
    is_brief: bool,
) -> list[Entry]:
    """Return the entries for the points of a set.

    Parameters
    ----------
    model : FeedforwardModel
        Whose examples they are.
    chosen : str or None
        The set; None if no points are drawn.
    n_drawn, n_wrong : int
        How many are drawn, and how many of these are classified wrong; None where the legend stands for several runs.
    selected : str
        Name of the example that is framed; empty for none.
    theme : Theme
        For the colours.
    is_brief : bool
        Whether there is little room.
    """
    if chosen is None:
        return []
    data, entries = model.examples, []
    n_all = len(data.sets[chosen])
    if data.class_names is None:
        look = marker(0)
        entries.append(Entry(f"{chosen} example", "marker", look.inside, look.edge, look.symbol, tip=tip("example")))
    else:
        are_many = len(data.class_names) > FEW_CLASSES
        if are_many and not is_brief:
            entries.append(Entry("targets:", "note", tip=tip("target")))
        for k, name in enumerate(data.class_names):
            look = class_marker(k, len(data.class_names), theme)
            said = name if is_brief or are_many else f"target: {name}"
            entries.append(Entry(said, "marker", look.inside, look.edge, look.symbol, tip=tip("target")))
        word = "wrong" if is_brief else "misclassified"
        text = word if n_wrong is None else f"{word}: {count(n_wrong)} of {count(n_drawn)}"
        entries.append(Entry(text, "marker", "", theme.bad, "o", width=2.5, tip=tip("error rate")))
    if n_drawn < n_all:
        noun = "" if is_brief else "examples "
        entries.append(Entry(f"{count(n_drawn)} of {count(n_all)} {noun}drawn", "note"))
    if selected and not is_brief:
        entries.append(Entry(f"selected: {selected}", "marker", "", theme.accent, "s", width=2.5))
    return entries
