"""The speaking machine: resonances where they should be, and files that any player reads."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from nlcore.errors import DataError
from nlcore.vowel_sounds import FADE, PEAK, RATE, Voice, pulses, resonate, samples, wav_bytes

HEED = Voice(110.0, (266.0, 2293.0, 3010.0))
HOD = Voice(131.0, (718.0, 1090.0, 2440.0))
HEARD_BY_A_CHILD = Voice(264.0, (568.0, 1805.0, 2250.0))


def envelope(sound: np.ndarray, pitch: float) -> tuple[np.ndarray, np.ndarray]:
    """Return frequencies and the spectrum in decibels, its harmonics smoothed away."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    frequencies = np.fft.rfftfreq(len(sound), 1.0 / RATE)
    width = round(pitch / frequencies[1])
    smooth = np.convolve(power, np.hanning(2 * width + 1), mode="same")
    return frequencies, 10.0 * np.log10(smooth + 1e-12)


@pytest.mark.parametrize("voice", [HEED, HOD, HEARD_BY_A_CHILD])
def test_the_spectrum_peaks_at_the_formants(voice: Voice) -> None:
    frequencies, level = envelope(samples(voice), voice.pitch)
    is_peak = (level[1:-1] > level[:-2]) & (level[1:-1] >= level[2:])
    peaks = frequencies[1:-1][is_peak]
    for formant in voice.formants[:2]:
        assert np.abs(peaks - formant).min() < 0.6 * voice.pitch, (formant, peaks)


def test_a_resonator_resonates_at_its_frequency_and_as_wide_as_told() -> None:
    click = np.zeros(RATE)
    click[0] = 1.0
    gain = np.abs(np.fft.rfft(resonate(click, 1000.0, 80.0)))  # one value a hertz
    assert abs(int(gain.argmax()) - 1000) <= 2
    loud = np.flatnonzero(gain > gain.max() / np.sqrt(2.0))
    assert loud[-1] - loud[0] == pytest.approx(80, abs=3)
    assert gain[0] == pytest.approx(1.0)


def test_the_pulses_come_at_the_pitch() -> None:
    changes = pulses(200.0, RATE)
    closings = np.flatnonzero((changes[1:-1] < changes[:-2]) & (changes[1:-1] <= changes[2:]) & (changes[1:-1] < -0.05))
    assert len(closings) == pytest.approx(200, abs=1)


def test_nothing_is_clipped_and_it_fades_in_and_out() -> None:
    for voice in (HEED, HOD, HEARD_BY_A_CHILD):
        sound = samples(voice)
        assert len(sound) == RATE // 2
        assert np.abs(sound).max() == pytest.approx(PEAK)
        edge = round(FADE * RATE) // 10
        assert max(np.abs(sound[:edge]).max(), np.abs(sound[-edge:]).max()) < 0.05


def test_the_same_voice_gives_the_same_file() -> None:
    assert wav_bytes(samples(HOD)) == wav_bytes(samples(Voice(131.0, (718.0, 1090.0, 2440.0))))
    assert wav_bytes(samples(HOD)) != wav_bytes(samples(HEED))


def test_the_file_is_read_by_others() -> None:
    sound = samples(HOD, 0.25)
    with wave.open(io.BytesIO(wav_bytes(sound))) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, RATE)
        assert read.getnframes() == RATE // 4
        numbers = np.frombuffer(read.readframes(RATE), dtype="<i2")
    assert np.abs(numbers / 32767.0 - sound).max() < 1e-4


@pytest.mark.parametrize(
    ("pitch", "formants", "message"),
    [(20.0, (500.0, 1500.0, 2500.0), "F0 is 20 Hz"), (100.0, (500.0, 9000.0, 2500.0), "F2 is 9000 Hz")],
)
def test_what_nobody_hears_is_refused(pitch: float, formants: tuple[float, float, float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Voice(pitch, formants)
