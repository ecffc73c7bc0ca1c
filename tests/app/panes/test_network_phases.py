"""Phases run through the network diagram: numbers come one after the other, and every one is the engine's."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.network_diagram import PANE, NetworkDiagramPane
from app.theme import DARK, LIGHT, Theme
from app.traced import trace_of
from app.widgets.network_layout import BIAS, GROUP
from app.widgets.network_lit import Lit
from app.widgets.network_phases import clear_lines, flow, output_lines
from app.widgets.network_scene import Link, NetworkScene
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import Trace
from nlcore.trainer import Trainer
from tests.app.panes.test_network_diagram import diagram_of, faces, links_of, pane, scene_of
from tests.app.panes.test_weight_images import hover
from tests.nlcore.examples import gate, xor

__all__ = ["pane"]


def frame_of(experiment: Experiment, presentations: int, selection: Selection = Selection()) -> Frame:  # noqa: B008
    history = History(Trainer(experiment))
    state = history.trainer.advance(history.start, presentations)
    return Frame((TrackFrame("run", history.trainer.model, state, history.curves),), selection)


def at(frame: Frame, phase: int) -> Frame:
    return Frame(frame.tracks, frame.selection, frozenset({"phase"}), phase=phase)


def trace(frame: Frame) -> Trace:
    found = trace_of(frame.lead.model, frame.lead.state)
    assert found is not None
    return found


def names(frame: Frame) -> list[str]:
    return [phase.name for phase in trace(frame).phases]


def phase_of(frame: Frame, name: str, which: int = 0) -> int:
    """Return how many phases are lit when the one of this name has just been."""
    return [k for k, found in enumerate(names(frame), 1) if found == name][which]


def lit_of(pane: NetworkDiagramPane) -> Lit:
    lit = scene_of(pane).lit
    assert lit is not None
    return lit


def colour_at(pane: NetworkDiagramPane, place: QPointF) -> str:
    return pane.view.grab().toImage().pixelColor(place.toPoint()).name()


def count_of(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32)
    return int(np.count_nonzero(pixels == wanted))


def test_no_phase_is_the_forward_pass_of_the_shown_example(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6, Selection(("training", 3)))
    pane.show_frame(frame)
    before = pane.view.grab().toImage()
    pane.show_frame(at(frame, 4))
    assert pane.view.grab().toImage() != before
    pane.show_frame(at(frame, 0))
    assert scene_of(pane).lit is None
    assert pane.view.grab().toImage() == before


def test_units_are_empty_until_their_outputs_are_computed(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    for phase, known in enumerate([(True, False, False), (True, True, False), (True, True, True)], 1):
        pane.show_frame(at(frame, phase))
        scene = scene_of(pane)
        assert tuple(scene.is_known(layer) for layer in range(3)) == known
        for layer in range(3):
            centre = diagram_of(pane).centre(layer, 0) + QPointF(0, 0.7 * diagram_of(pane).radius)
            assert (colour_at(pane, centre) == LIGHT.base) == (not known[layer])
            text = scene.brief_words((layer, 0))
            assert ("not computed yet" in text) == (not known[layer])


def test_all_numbers_of_a_phase_are_those_of_the_trace(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    found = {k: v for phase in trace(frame).phases for k, v in phase.arrays.items()}
    pane.show_frame(at(frame, len(names(frame))))
    scene = scene_of(pane)
    for layer in (1, 2):
        for unit in range(len(found[f"deltas[{layer - 1}]"])):
            assert scene.outputs[layer][unit] == found[f"outputs[{layer}]"][unit]
            assert scene.net_inputs[layer - 1][unit] == found[f"net_inputs[{layer - 1}]"][unit]
            delta = f"{found[f'deltas[{layer - 1}]'][unit]:.2g}".replace("-", "−")
            assert f"δ = {'' if delta.startswith('−') else '+'}{delta}"[:8] in scene.brief_words((layer, unit))


def test_lines_show_weights_then_changes_then_new_weights(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    change, new = phase_of(frame, "weight changes"), phase_of(frame, "new weights")
    arrays = {k: v for phase in trace(frame).phases[change - 1 : new] for k, v in phase.arrays.items()}
    link, bias = Link(1, 1, 0), Link(2, 0, BIAS)
    pane.show_frame(at(frame, change - 1))
    assert scene_of(pane).drawn(link) == scene_of(pane).value(link)
    pane.show_frame(at(frame, change))
    scene = scene_of(pane)
    assert scene.drawn(link) == arrays["weight_changes[0]"][1, 0]
    assert scene.drawn(bias) == arrays["bias_changes[1]"][0]
    assert all(text.startswith("Δ ") for _, text, _ in links_of(pane).labels(pane.view.fontMetrics()))
    assert "; change " in scene.brief_words(link)
    pane.show_frame(at(frame, new))
    assert scene_of(pane).drawn(link) == arrays["weights[0]"][1, 0]
    assert scene_of(pane).value(link) == pytest.approx(arrays["weights[0]"][1, 0] - arrays["weight_changes[0]"][1, 0])
    shares = links_of(pane).changes(scene_of(pane))
    assert shares is not None
    assert float(shares.max()) == 1.0


def test_numbers_flow_forwards_and_back_and_other_lines_fade(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    expected = {("forward", 0): (1, False), ("forward", 1): (2, False), ("hidden deltas", 0): (2, True)}
    for phase in range(1, len(names(frame)) + 1):
        pane.show_frame(at(frame, phase))
        name = names(frame)[phase - 1]
        which = names(frame)[:phase].count(name) - 1
        way = flow(lit_of(pane), 2)
        assert way == expected.get((name, which), (0, False))
        clear = clear_lines(scene_of(pane), links_of(pane), None, None)
        if way[0]:
            assert clear is not None
            assert clear.tolist() == [link.layer == way[0] for link in links_of(pane).links]
        elif name not in ("weight changes", "gradient"):
            assert clear is None


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_error_terms_are_pills_of_a_colour_of_their_own(pane: NetworkDiagramPane, theme: Theme) -> None:
    pane.set_theme(theme)
    frame = frame_of(xor(), 6)
    counts = []
    for phase in (3, phase_of(frame, "output deltas"), phase_of(frame, "hidden deltas")):
        pane.show_frame(at(frame, phase))
        counts.append(count_of(pane.view.grab().toImage(), theme.curves["test"]))
    assert counts[0] == 0
    assert 100 < counts[1] < counts[2]


def test_in_a_crowded_layer_diamonds_stand_for_error_terms(pane: NetworkDiagramPane) -> None:
    settings = {**xor().to_dict(), "network": {"layers": [2, 8, 8, 1], "activations": ["sigmoid"] * 3}}
    frame = frame_of(Experiment.from_dict(settings), 6)
    before, after = phase_of(frame, "output deltas"), phase_of(frame, "hidden deltas")
    counts = []
    for phase in (before, after):
        pane.show_frame(at(frame, phase))
        counts.append(count_of(pane.view.grab().toImage(), LIGHT.curves["test"]))
    assert counts[1] > counts[0]
    assert "error term δ" in scene_of(pane).brief_words((2, 3))


def test_the_perceptron_rule_says_whether_it_fires(pane: NetworkDiagramPane) -> None:
    frame = frame_of(gate("and"), 5)
    said = set()
    for n in range(8):
        frame = frame_of(gate("and"), n)
        pane.show_frame(at(frame, phase_of(frame, "decision")))
        lines = output_lines(scene_of(pane), 0)
        fires = bool(trace(frame).phases[2].arrays["fires"][0])
        assert lines[-1] == ("≤ 0: update" if fires else "> 0: no update")
        said.add(lines[-1])
        pane.show_frame(at(frame, phase_of(frame, "weight changes")))
        clear = clear_lines(scene_of(pane), links_of(pane), None, None)
        assert clear is not None
        assert bool(clear.any()) == fires
    assert len(said) == 2


def test_a_batch_shows_each_examples_part_of_the_gradient(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(training__mode="batch"), 2)
    assert names(frame)[-1] == "gradient"
    pane.show_frame(at(frame, len(names(frame))))
    scene = scene_of(pane)
    gradient = trace(frame).phases[-1].arrays
    assert scene.drawn(Link(1, 0, 1)) == gradient["weights[0]"][0, 1]
    assert all(text.startswith("g ") for _, text, _ in links_of(pane).labels(pane.view.fontMetrics()))
    assert "part of the gradient" in scene.brief_words(Link(1, 0, 1))


def test_dropped_units_are_crossed_out(pane: NetworkDiagramPane) -> None:
    for n in range(12):
        frame = frame_of(xor(training__dropout__hidden=0.5), n)
        mask = trace(frame).phases[1].arrays["masks[1]"]
        pane.show_frame(at(frame, 2))
        dropped = lit_of(pane).dropped(1)
        assert dropped is not None
        assert dropped.tolist() == (mask == 0.0).tolist()
        for unit in range(2):
            r, centre = round(diagram_of(pane).radius), diagram_of(pane).centre(1, unit).toPoint()
            seen = pane.view.grab().toImage().copy(centre.x() - r, centre.y() - r, 2 * r, 2 * r)
            assert (count_of(seen, LIGHT.bad) > 0) == bool(dropped[unit])
            assert ("left out" in scene_of(pane).brief_words((1, unit))) == bool(dropped[unit])


def test_the_error_before_and_after_stands_beside_the_output(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    phases = trace(frame).phases
    pane.show_frame(at(frame, len(phases)))
    before, after = (phase.arrays["errors"][0] for phase in phases if "errors" in phase.arrays)
    lines = [line.replace("−", "-").replace("- o", "− o") for line in output_lines(scene_of(pane), 0)]
    shown = [float(re.findall(r"[+-][\d.]+", line)[0]) for line in lines]
    assert shown == [pytest.approx(before, abs=0.005), pytest.approx(after, abs=0.005)]


def test_the_phase_is_named_in_the_picture_and_in_words(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    n = len(names(frame))
    pane.show_frame(at(frame, 2))
    assert pane.readout.full_text == f"Phase 2 of {n}: forward, for the next training example, 1 XOR 0."
    assert pane.in_words(at(frame, 2)).startswith(f"Phase 2 of {n}: forward. A network with")
    pane.show_frame(at(frame, 99))  # more than there are
    assert pane.readout.full_text.startswith(f"Phase {n} of {n}: error after")


def test_words_and_tables_tell_what_is_lit_and_no_more(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6, Selection(("training", 3)))
    said = pane.in_words(at(frame, 1))
    assert "Output o: not computed yet." in said
    assert "net input" not in said
    said = pane.in_words(at(frame, phase_of(frame, "hidden deltas")))
    deltas = trace(frame).phases[phase_of(frame, "hidden deltas") - 1].arrays["deltas[0]"]
    assert re.search(r"Hidden unit 2: output [\d.]+, error term δ = −" + f"{abs(deltas[1]):.2g}"[:5], said)
    said = pane.in_words(at(frame, phase_of(frame, "weight changes")))
    assert "w from x1 to hidden unit 2 = " in said
    assert "; change " in said
    units = pane.tables(at(frame, 3))[0]
    assert units.rows[0][3] == 1.0  # x1 of the presented example, 1 XOR 0
    assert units.rows[1][3] == 0.0
    assert pane.tables(at(frame, 0))[0].rows[1][3] == 1.0  # x2 of the selected one, 1 XOR 1


def test_pointing_gives_the_formula_with_numbers_of_lit_phases_only(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 6)
    hidden = diagram_after(pane, at(frame, 2)).columns[1].units[0]
    hover(pane.view, hidden)
    net = float(trace(frame).phases[1].arrays["net_inputs[0]"][0])
    assert f"{net:.3g}" in pane.readout.full_text
    assert "net" in pane.readout.full_text
    assert "δ" not in pane.readout.full_text
    pane.show_frame(at(frame, phase_of(frame, "hidden deltas")))
    assert "δ" in pane.readout.full_text
    assert pane.readout.full_text.index("δ") < pane.readout.full_text.index("net")  # the newest comes first
    line = links_of(pane).lines[links_of(pane).links.index(Link(2, 0, BIAS))]
    pane.show_frame(at(frame, phase_of(frame, "weight changes")))
    hover(pane.view, line.pointAt(0.5))
    change = float(trace(frame).phases[phase_of(frame, "weight changes") - 1].arrays["bias_changes[1]"][0])
    assert f"{change:.3g}".replace("-", "−") in pane.readout.full_text


def diagram_after(pane: NetworkDiagramPane, frame: Frame):  # type: ignore[no-untyped-def]
    pane.show_frame(frame)
    return diagram_of(pane)


def test_faces_can_be_walked_through_too(pane: NetworkDiagramPane) -> None:
    frame = faces()
    for phase in range(1, len(names(frame)) + 1):
        pane.show_frame(at(frame, phase))
        assert not pane.view.grab().isNull()
    pane.show_frame(at(frame, phase_of(frame, "weight changes")))
    changes = trace(frame).phases[phase_of(frame, "weight changes") - 1].arrays["weight_changes[0]"]
    assert scene_of(pane).drawn(Link(1, 2, GROUP)) == pytest.approx(float(np.sqrt(np.mean(changes[2] ** 2))))


def test_diverged_weights_have_no_phases(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), 0)
    params = frame.lead.state.params * np.nan
    state = type(frame.lead.state)(params, params)
    lead = frame.lead
    broken = Frame((TrackFrame("run", lead.model, state, lead.curves),), phase=3)
    pane.show_frame(broken)
    assert scene_of(pane).lit is None


def steps(experiment: Experiment, *moments: int) -> list[Frame]:
    history = History(Trainer(experiment))
    model = history.trainer.model
    states = [history.trainer.advance(history.start, n) for n in moments]
    found = [Frame((TrackFrame("run", model, state, history.curves),)) for state in states]
    return [found[0], *(Frame(frame.tracks, changed=frozenset({"state", "curves"})) for frame in found[1:])]


def test_changed_weights_glow_and_stop(pane: NetworkDiagramPane, qtbot: QtBot) -> None:
    first, second = steps(xor(), 6, 7)
    pane.show_frame(first)
    assert not pane.view.is_flashing
    quiet = count_of(pane.view.grab().toImage(), LIGHT.curves["test"])
    pane.show_frame(second)
    assert pane.view.is_flashing
    assert count_of(pane.view.grab().toImage(), LIGHT.curves["test"]) > quiet
    qtbot.waitUntil(lambda: not pane.view.is_flashing, timeout=5000)
    assert not pane.view._timer.isActive()
    assert count_of(pane.view.grab().toImage(), LIGHT.curves["test"]) == quiet


def test_what_changed_more_glows_more(pane: NetworkDiagramPane) -> None:
    first, second = steps(xor(), 6, 7)
    before, after = (NetworkScene.of(*of_frame(frame)) for frame in (first, second))
    pane.show_frame(first)
    shares = links_of(pane).differences(before, after)
    moved = [abs(after.value(link) - before.value(link)) for link in links_of(pane).links]
    assert shares.tolist() == pytest.approx([way / max(moved) for way in moved])


def of_frame(frame: Frame):  # type: ignore[no-untyped-def]
    model = frame.lead.model
    examples = model.examples.training  # type: ignore[attr-defined]
    return model, frame.lead.state.params, examples.inputs[0], examples.targets[0], "one"


def test_nothing_glows_while_training_runs_after_a_leap_or_without_an_update(pane: NetworkDiagramPane) -> None:
    first, second, far = steps(xor(), 6, 7, 600)
    pane.show_frame(first)
    pane.show_frame(Frame(second.tracks, changed=second.changed, is_running=True))
    assert not pane.view.is_flashing
    pane.show_frame(far)
    assert not pane.view.is_flashing
    for frame in steps(gate("and"), 30, 31):  # learnt: no update any more
        pane.show_frame(frame)
        assert not pane.view.is_flashing


def test_running_puts_a_glow_out(pane: NetworkDiagramPane) -> None:
    first, second, third = steps(xor(), 6, 7, 8)
    pane.show_frame(first)
    pane.show_frame(second)
    assert pane.view.is_flashing
    pane.show_frame(Frame(third.tracks, changed=third.changed, is_running=True))
    assert not pane.view.is_flashing
    assert not pane.view._timer.isActive()


@pytest.mark.parametrize("size", [(180, 150), (260, 220), (400, 300), (900, 650)])
@pytest.mark.parametrize(
    "make",
    [
        lambda: frame_of(xor(), 6),
        lambda: frame_of(gate("and"), 5),
        lambda: frame_of(xor(training__rule="none"), 0),
        lambda: frame_of(xor(training__mode="batch", training__dropout__hidden=0.5), 3),
        faces,
    ],
)
def test_phases_fit_any_size(pane: NetworkDiagramPane, size: tuple[int, int], make) -> None:  # type: ignore[no-untyped-def]
    pane.resize(*size)
    frame = make()
    for theme in (LIGHT, DARK):
        pane.set_theme(theme)
        for phase in range(len(names(frame)) + 1):
            pane.show_frame(at(frame, phase))
            assert not pane.grab().isNull()


def test_a_new_pane_draws_the_phase_it_missed(qtbot: QtBot) -> None:
    made = PANE()
    qtbot.addWidget(made)
    frame = frame_of(xor(), 6)
    made.show_frame(at(frame, 3))
    made.show()
    assert lit_of(made).number == 3
