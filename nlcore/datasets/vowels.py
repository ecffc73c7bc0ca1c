"""Ten vowels spoken by 76 people, as the formants of the words heed, hid, head ... heard.

Formants are the resonances of the mouth, in Hz; F1 and F2 nearly tell the vowels apart, which is the speech example of
the lecture (Mitchell 1997, p. 98). 33 men, 28 women and 15 children said each word twice. Source: G. E. Peterson, H. L.
Barney, "Control methods used in a study of the vowels", JASA 24 (1952), 175-184.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final, Literal

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _classified, _shipped, _split
from nlcore.datasets._classified import Classified
from nlcore.datasets._coding import Coding
from nlcore.datasets._shipped import Number
from nlcore.datasets._split import Parts, SplitOptions

WORDS: Final = {
    "iy": "heed",
    "ih": "hid",
    "eh": "head",
    "ae": "had",
    "aa": "hod",
    "ao": "hawed",
    "uh": "hood",
    "uw": "who'd",
    "ah": "hud",
    "er": "heard",
}
"""The word that each vowel of the table was spoken in; the outputs stand in this order."""
KINDS: Final[dict[str, Literal["man", "woman", "child"]]] = {"m": "man", "w": "woman", "c": "child"}
SPEAKERS: Final = {"all": "mwc", "men": "m", "women": "w", "children": "c"}
ATTRIBUTION: Final = "Vowels: G. E. Peterson, H. L. Barney, JASA 24 (1952) 175-184."


class VowelOptions(SplitOptions, frozen=True):
    """Whose vowels, which formants, and how they are divided."""

    formants: Annotated[
        tuple[Literal["f0", "f1", "f2", "f3"], ...],
        Meta(min_length=1, max_length=4, description="Which formants are inputs; f0 is the pitch of the voice."),
    ] = ("f1", "f2")
    who: Annotated[Literal["all", "men", "women", "children"], Meta(description="Whose vowels.")] = "all"
    standardise: Annotated[
        bool, Meta(description="Subtract the training set's mean and divide by its standard deviation; else Hz.")
    ] = True
    coding: Coding = "tenth_nine_tenths"
    split: Annotated[
        Literal["tokens", "speakers"],
        Meta(description="Whether single words or whole speakers are put into the sets."),
    ] = "tokens"
    n: Number = None
    validation_fraction: _split.ValidationFraction = 0.0
    test_fraction: _split.TestFraction = 0.342

    def __post_init__(self) -> None:
        """Refuse a formant that is named twice, and a number of words where whole speakers are divided."""
        super().__post_init__()
        if len(set(self.formants)) < len(self.formants):
            raise ValueError("formants names a formant twice")
        if self.split == "speakers" and self.n is not None:
            raise ValueError("n chooses single words and cannot be given with split = speakers")


def load(options: VowelOptions) -> Data:
    """Return the spoken words as examples; by default 1000 to train on and 520 to test."""
    table = [row for row in _shipped.rows("vowels.csv") if row["type"] in SPEAKERS[options.who]]
    names = _names(table)
    chosen = _split.some(len(table), options.n, options.split_seed).tolist()
    table, names = [table[i] for i in chosen], [names[i] for i in chosen]
    vowels = tuple(WORDS)
    examples = Classified(
        inputs=np.array([[float(row[formant]) for formant in options.formants] for row in table]),
        classes=np.array([vowels.index(row["vowel"]) for row in table]),
        names=names,
        input_names=tuple(f"{formant.upper()} (Hz)" for formant in options.formants),
        class_names=tuple(WORDS.values()),
        what="words",
    )
    parts, notes = _parts(options, table)
    odd = sum(float(row["f1"]) >= float(row["f2"]) for row in table)
    if odd and {"f1", "f2"} <= set(options.formants):
        notes += (f"F1 is not below F2 in {odd} of the examples; it stands so in the source.",)
    return _classified.data(
        "vowels",
        "peterson_barney",
        examples,
        options,
        options.coding,
        parts=parts,
        standardise=options.standardise,
        notes=notes,
        attribution=ATTRIBUTION,
    )


@dataclass(frozen=True, slots=True)
class Token:
    """One word as one person said it once.

    Attributes
    ----------
    name : str
        What the example is called.
    word : str
        The word that was said.
    who : str
        "man", "woman" or "child".
    speaker : int
        Number of the speaker, from 1.
    formants : tuple of float
        F0 (the pitch), F1, F2 and F3, in Hz.
    """

    name: str
    word: str
    who: Literal["man", "woman", "child"]
    speaker: int
    formants: tuple[float, float, float, float]


@cache
def tokens() -> dict[str, Token]:
    """Return every word of the table by the name that its example has."""
    table = list(_shipped.rows("vowels.csv"))
    return {
        name: Token(
            name,
            WORDS[row["vowel"]],
            KINDS[row["type"]],
            int(row["speaker"]),
            (float(row["f0"]), float(row["f1"]), float(row["f2"]), float(row["f3"])),
        )
        for name, row in zip(_names(table), table, strict=True)
    }


def _names(table: list[dict[str, str]]) -> list[str]:
    """Call each example after its word and speaker, with 1 or 2 for the first or second time."""
    said: dict[tuple[str, str], int] = {}
    names = []
    for row in table:
        key = row["vowel"], row["speaker"]
        said[key] = said.get(key, 0) + 1
        names.append(f"{WORDS[key[0]]} (speaker {key[1]}, {said[key]})")
    return names


def _parts(options: VowelOptions, table: list[dict[str, str]]) -> tuple[Parts | None, tuple[str, ...]]:
    """Keep whole speakers together, if that is wanted; None to divide by single words."""
    if options.split == "tokens":
        return None, ()
    speakers = sorted({int(row["speaker"]) for row in table})
    of_speakers = _split.by_fraction(len(speakers), options, "speakers")
    spoken_by = np.array([speakers.index(int(row["speaker"])) for row in table])
    parts = Parts(*(np.flatnonzero(np.isin(spoken_by, part)) for part in of_speakers))
    counts = [len(part) for part in of_speakers]
    note = f"Divided by speakers: {counts[0]} for training, {counts[1]} for validation, {counts[2]} for testing."
    return parts, (note, *_split.notes(of_speakers, options, "speakers"))


DATASET = Dataset("vowels", "Vowels", "Formants of ten vowels spoken by 76 people.", VowelOptions, load)
