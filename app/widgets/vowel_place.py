"""A place of the vowel plane: its formants, the voice that speaks it, and what networks make of it.

Pure computing for the vowel space; nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.widgets.measured import inputs_of, measured_inputs
from nlcore import network
from nlcore.datasets import STANDARDISED, Data
from nlcore.datasets.vowels import Token, tokens
from nlcore.families.feedforward import FeedforwardModel
from nlcore.nearest_neighbours import nearest
from nlcore.network import ForwardPass
from nlcore.records import FloatArray, SetName
from nlcore.vowel_sounds import Voice, voice_for

X_RANGE, Y_RANGE = (120.0, 1380.0), (420.0, 3780.0)
"""F1 and F2 that are shown, in Hz: all that 76 people said, and a little more."""
NEUTRAL = (500.0, 1500.0)
"""The resonances of a tube that is 17 cm long and equally wide everywhere, like a mouth at rest."""
N_NEAR = 4


def formants_of(data: Data) -> tuple[str, ...]:
    """Return which formant each input is, for example ("f1", "f2")."""
    return tuple(name.removesuffix(STANDARDISED).removesuffix(" (Hz)").lower() for name in data.input_names)


@dataclass(frozen=True, slots=True)
class Place:
    """What is listened to.

    Attributes
    ----------
    voice : Voice
        Its pitch and formants.
    token : Token or None
        The word that somebody said, if it is one.
    example : tuple of (set name, int) or None
        Which example that is.
    """

    voice: Voice
    token: Token | None = None
    example: tuple[SetName, int] | None = None

    @classmethod
    def at(cls, f1: float, f2: float, who: str) -> Place:
        """Return a place of the plane, spoken by the nearest speakers or by a man, woman or child."""
        x = min(max(f1, X_RANGE[0]), X_RANGE[1])
        y = min(max(f2, Y_RANGE[0]), Y_RANGE[1])
        return cls(voice_for(x, y, who))

    @classmethod
    def of_example(cls, data: Data, chosen: tuple[SetName, int], who: str) -> Place:
        """Return the place of an example, spoken as its speaker did or by a man, woman or child."""
        token = tokens().get(data.sets[chosen[0]].names[chosen[1]])
        f1, f2 = plane_points(data, data.sets[chosen[0]].inputs[chosen[1] : chosen[1] + 1])[0].tolist()
        if token is None or (f1, f2) != token.formants[1:3]:  # moved or added by hand
            return cls(cls.at(f1, f2, who).voice, None, chosen)
        pitch, _, _, f3 = token.formants
        voice = Voice(pitch, (f1, f2, f3)) if not who else voice_for(f1, f2, who)
        return cls(voice, token, chosen)

    @property
    def point(self) -> tuple[float, float]:
        """F1 and F2."""
        return self.voice.formants[0], self.voice.formants[1]

    def inputs(self, data: Data) -> FloatArray:
        """Return what a network that learns from `data` gets, shape (n_inputs,)."""
        of = dict(zip(("f0", "f1", "f2", "f3"), (self.voice.pitch, *self.voice.formants), strict=True))
        return inputs_of(data, np.array([of[name] for name in formants_of(data)]))


def plane_points(data: Data, inputs: FloatArray) -> FloatArray:
    """Return F1 and F2 of inputs, in Hz, shape (n, 2); to a thousandth, so that scaling leaves no trace."""
    names = formants_of(data)
    found: FloatArray = np.round(measured_inputs(data, inputs)[:, [names.index("f1"), names.index("f2")]], 3)
    return found


def ask_plane(model: FeedforwardModel, params: FloatArray, place: Place, n: int) -> ForwardPass:
    """Ask a network about n x n places of the plane, row by row from below; its other inputs are those of a place."""
    x = X_RANGE[0] + (np.arange(n) + 0.5) * (X_RANGE[1] - X_RANGE[0]) / n
    y = Y_RANGE[0] + (np.arange(n) + 0.5) * (Y_RANGE[1] - Y_RANGE[0]) / n
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    of = {"f0": place.voice.pitch, "f1": grid[:, 0], "f2": grid[:, 1], "f3": place.voice.formants[2]}
    columns = [np.broadcast_to(np.asarray(of[name]), len(grid)) for name in formants_of(model.examples)]
    return network.forward(model.layout, params, inputs_of(model.examples, np.column_stack(columns)))


@dataclass(frozen=True, slots=True)
class Near:
    """A training example near a place: what it is called, and its F1 and F2 in Hz."""

    name: str
    words: str
    f1: float
    f2: float


def near_words(data: Data, place: Place) -> list[Near]:
    """Return the nearest training examples as the network sees them, without the word itself."""
    training = data.training
    k = min(N_NEAR + 1, len(training))
    found = nearest(training.inputs, place.inputs(data)[None, :], k)[0][0].tolist()
    names = [(i, training.names[i]) for i in found if place.token is None or training.names[i] != place.token.name]
    points = plane_points(data, training.inputs[[i for i, _ in names]])
    return [Near(name, said_by(name), *at) for (_, name), at in zip(names[:N_NEAR], points.tolist(), strict=False)]


def said_by(name: str) -> str:
    """Say which word an example is and who said it, for example "hood, man 12"."""
    token = tokens().get(name)
    return name if token is None else f"{token.word}, {token.who} {token.speaker}"
