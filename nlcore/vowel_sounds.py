"""A small speaking machine: a vowel from the pitch of a voice and the resonances of a mouth.

The vocal cords are a train of pulses, the mouth a chain of resonators, one for each formant: the source-filter model.
Resonators as in D. H. Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67 (1980), 971-995.
"""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlcore.datasets.vowels import tokens
from nlcore.errors import DataError
from nlcore.nearest_neighbours import nearest
from nlcore.records import FloatArray

RATE: Final = 16_000
"""Samples a second."""
SECONDS: Final = 0.5
FADE: Final = 0.03
"""Seconds in which the sound comes and goes."""
PEAK: Final = 0.8
"""Largest sample; 1 would be the largest that a file can hold."""
FALL: Final = 0.06
"""Share by which the pitch begins above its mean and ends below it; a pitch that never moves sounds like a horn."""
OPENING, CLOSING = 0.4, 0.16
"""Shares of a period in which the vocal cords open, and close."""
BANDWIDTHS: Final = (60.0, 90.0, 150.0)
"""Width of the resonance of F1, F2, F3, in Hz."""
NEIGHBOURS = 10
"""So many words that were spoken near a place give the voice for it."""
APART = 300.0
"""F3 lies at least so many Hz above F2."""
LOWEST, HIGHEST = 50.0, 0.45 * RATE


@dataclass(frozen=True, slots=True)
class Voice:
    """What a vowel is made from.

    Attributes
    ----------
    pitch : float
        Of the voice (F0), in Hz.
    formants : tuple of float
        F1, F2 and F3, in Hz.
    """

    pitch: float
    formants: tuple[float, float, float]

    def __post_init__(self) -> None:
        """Refuse what no sound can be made of.

        Raises
        ------
        DataError
            If a frequency is too low or too high.
        """
        for name, value in zip(("F0", "F1", "F2", "F3"), (self.pitch, *self.formants), strict=True):
            if not LOWEST <= value <= HIGHEST:
                ends = f"{LOWEST:.0f} to {HIGHEST:.0f} Hz"
                raise DataError(f"{name} is {value:.0f} Hz; it must be from {ends} to be heard")


def voice_for(f1: float, f2: float, who: str = "") -> Voice:
    """Choose pitch and F3 for a place of the plane: the means of the words that were spoken nearest to it.

    Parameters
    ----------
    f1, f2 : float
        The place, in Hz.
    who : str
        "man", "woman" or "child" for the mean pitch of these, and the F3 of the nearest of these; else empty.
    """
    spoken, is_wanted = _table(who)
    there, wanted = spoken[:, 1:3], spoken[is_wanted]
    unit = there.std(axis=0)
    found, _ = nearest(wanted[:, 1:3] / unit, np.array([[f1, f2]]) / unit, NEIGHBOURS)
    near = wanted[found[0]]
    pitch = wanted[:, 0].mean() if who else near[:, 0].mean()
    return Voice(float(pitch), (f1, f2, max(float(near[:, 3].mean()), f2 + APART)))


@cache
def _table(who: str) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the formants of all words, and which of them are of men, women or children, or all for an empty text."""
    every = tuple(tokens().values())
    return np.array([t.formants for t in every]), np.array([who in ("", t.who) for t in every])


def pulses(pitch: float, n: int) -> FloatArray:
    """Return the flow of air through the vocal cords, as its change from sample to sample, shape (n,).

    Parameters
    ----------
    pitch : float
        Mean number of pulses a second; it falls a little from the beginning to the end.
    n : int
        Number of samples.
    """
    glide = pitch * np.linspace(1.0 + FALL, 1.0 - FALL, n + 1)
    phase = np.cumsum(glide) / RATE % 1.0
    opening = 0.5 * (1.0 - np.cos(np.pi * phase / OPENING))
    closing = np.cos(0.5 * np.pi * (phase - OPENING) / CLOSING)
    flow = np.where(phase < OPENING, opening, np.where(phase < OPENING + CLOSING, closing, 0.0))
    changes: FloatArray = np.diff(flow)
    return changes


def resonate(sound: FloatArray, frequency: float, bandwidth: float) -> FloatArray:
    """Send a sound through one resonator, y[n] = A x[n] + B y[n-1] + C y[n-2].

    Parameters
    ----------
    sound : ndarray, shape (n,)
        The samples.
    frequency, bandwidth : float
        Of the resonance, in Hz.
    """
    c = -math.exp(-2.0 * math.pi * bandwidth / RATE)
    b = 2.0 * math.exp(-math.pi * bandwidth / RATE) * math.cos(2.0 * math.pi * frequency / RATE)
    a = 1.0 - b - c
    before = twice_before = 0.0
    made = []
    for x in sound.tolist():
        y = a * x + b * before + c * twice_before
        before, twice_before = y, before
        made.append(y)
    return np.array(made)


def samples(voice: Voice, seconds: float = SECONDS) -> FloatArray:
    """Return the vowel, `RATE` samples a second from -1 to 1; the same voice gives the same samples.

    Parameters
    ----------
    voice : Voice
        Pitch and formants.
    seconds : float
        How long it lasts.
    """
    sound = pulses(voice.pitch, round(seconds * RATE))
    for frequency, bandwidth in zip(voice.formants, BANDWIDTHS, strict=True):
        sound = resonate(sound, frequency, bandwidth)
    n = min(round(FADE * RATE), len(sound) // 2)
    fade = 0.5 * (1.0 - np.cos(np.pi * np.arange(n) / n))
    sound[:n] *= fade
    sound[len(sound) - n :] *= fade[::-1]
    loudest: FloatArray = sound * (PEAK / np.abs(sound).max())
    return loudest


def wav_bytes(sound: FloatArray) -> bytes:
    """Return samples from -1 to 1 as the bytes of a WAV file: one channel, 16 bits."""
    numbers: NDArray[np.int16] = np.rint(sound * 32767.0).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(numbers.tobytes())
    return file.getvalue()
