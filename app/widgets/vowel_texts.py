"""What the vowel space says: the place, who said it, what networks hear, and which words lie near."""

from __future__ import annotations

import numpy as np

from app.frame import Frame, TrackFrame
from app.widgets.example_model import fixed
from app.widgets.numbers import count
from app.widgets.vowel_place import Place, formants_of, near_words
from nlcore import metrics, probes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

TIMES = {"1": "first", "2": "second"}


def hears(track: TrackFrame) -> FeedforwardModel | None:
    """Return the network of a track that gets F1 and F2 of vowels and has usable weights; None if it is another."""
    model = track.model
    if not isinstance(model, FeedforwardModel) or model.examples.name != "vowels":
        return None
    is_plane = {"f1", "f2"} <= set(formants_of(model.examples))
    return model if is_plane and np.all(np.isfinite(track.state.params)) else None


def outputs_at(track: TrackFrame, place: Place) -> FloatArray:
    """Return the outputs of a track's network at a place, shape (n_outputs,)."""
    model = track.model
    assert isinstance(model, FeedforwardModel)
    outputs: FloatArray = probes.outputs(model, track.state.params, place.inputs(model.examples)[None, :])[0]
    return outputs


def answer(model: FeedforwardModel, outputs: FloatArray) -> str:
    """Return the word that a network hears."""
    assert model.examples.class_names is not None
    return model.examples.class_names[int(metrics.classes(outputs[None, :], model.examples.midpoint)[0])]


def place_words(place: Place) -> str:
    """Say where a place is and who speaks."""
    f1, f2, f3 = (count(round(f)) for f in place.voice.formants)
    said = f"F1 {f1} Hz, F2 {f2} Hz"
    if place.token is not None:
        token = place.token
        time = TIMES.get(token.name.rstrip(")")[-1], "next")
        said += f", as {token.who} {token.speaker} said “{token.word}” the {time} time"
    return f"{said}. Spoken with F3 {f3} Hz at a pitch of {count(round(place.voice.pitch))} Hz."


def heard_words(frame: Frame, place: Place) -> str:
    """Say what the networks of all tracks hear."""
    said = []
    for track in frame.tracks:
        model = hears(track)
        if model is None:
            continue
        outputs = outputs_at(track, place)
        word, best = answer(model, outputs), fixed(float(outputs.max()))
        verdict = ""
        if place.token is not None:
            verdict = ", correctly" if word == place.token.word else f" instead of “{place.token.word}”"
        whose = f"Track {track.name}" if len(frame.tracks) > 1 else "The network"
        said.append(f"{whose} hears “{word}” ({best}){verdict}.")
    return " ".join(said)


def near_line(model: FeedforwardModel, place: Place) -> str:
    """Say which training words lie nearest."""
    found = near_words(model.examples, place)
    return "Nearest training words: " + "; ".join(near.words for near in found) + "."


def all_words(frame: Frame, model: FeedforwardModel, place: Place) -> str:
    """Say the place, what is heard there, and what lies near for the first track's network."""
    return f"{place_words(place)} {heard_words(frame, place)} {near_line(model, place)}"
