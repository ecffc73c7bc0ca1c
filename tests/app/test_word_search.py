"""Finding entries by a few letters."""

from hypothesis import given
from hypothesis import strategies as st

from app.word_search import best_first, score

TITLES = ["Step one epoch", "Back one epoch", "Run", "Error curves", "Step one update"]


def found(query: str) -> list[str]:
    return best_first(query, ((title, (title,)) for title in TITLES))


def test_nothing_typed_leaves_everything_in_its_order() -> None:
    assert found("  ") == TITLES


def test_every_word_must_be_found_in_any_order() -> None:
    assert found("epoch step") == ["Step one epoch"]
    assert found("epoch nothing") == []


def test_the_start_of_the_title_goes_before_a_word_and_a_word_before_its_inside() -> None:
    assert best_first("err", [(t, (t,)) for t in ("interred", "the error", "error rate")]) == [
        "error rate",
        "the error",
        "interred",
    ]


def test_letters_in_order_are_enough_from_the_start_of_a_word() -> None:
    assert found("stpepo") == ["Step one epoch"]
    assert found("rrcu") == []


def test_a_hit_elsewhere_counts_less_than_one_in_the_title() -> None:
    entries = [("a", ("Quit", "Training")), ("b", ("Training set", "Data"))]
    assert best_first("training", entries) == ["b", "a"]


@given(st.text(max_size=12), st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_typed(query: str, title: str, other: str) -> None:
    points = score(query, title, other)
    assert points is None or points >= 0.0
    if query.split() and points is not None and len(query) < 3:
        assert all(word in title.casefold() or word in other.casefold() for word in query.casefold().split())
