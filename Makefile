# Everything a developer types. Each target makes the environment it needs; only python3 (with venv) must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASES ?= 10000
ROUNDS ?= 1000
WORKERS ?= auto
SHARED := -n $(WORKERS) --maxprocesses 4 --dist loadfile

.PHONY: run test quick fuzz lint types contracts bench clean no-numba no-qt pictures

run: $(VENV)/.installed
	$(BIN)/nllab

test: $(VENV)/.dev lint types contracts
	$(BIN)/python -m pytest tests --ignore tests/end_to_end $(SHARED)
	$(BIN)/python -m pytest tests/end_to_end

quick: $(VENV)/.dev
	$(BIN)/python -m pytest tests -m "not slow and not window" -q $(SHARED)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

# Without the compiler: all that trains, replays, stores or shows a run; what only reads data or draws widgets is the same.
# The numbers in the texts of lessons are those of the compiled loop; that each lesson keeps its promises is tested here too.
NO_NUMBA := $(addprefix --ignore tests/,nlcore/datasets nlcore/faces nlcore/theory nlcore/constructions app/panes app/widgets app/tools \
  $(addprefix app/test_,panes.py tables.py themes.py figures.py glossary.py tips.py access.py lesson.py lesson_html.py lesson_writing.py \
  import_data.py presentation.py form_in_window.py repeats_in_window.py changes_in_window.py start_at_a_session.py word_search.py)) \
  --ignore-glob '*/test_*_lesson.py' --ignore-glob '*/test_*_lessons.py'

no-numba: $(VENV)/.dev
	NLLAB_TEST_BLOCK=numba $(BIN)/python -m pytest tests/nlcore tests/app $(NO_NUMBA) -m "not window and not slow and not fuzz" -q $(SHARED)

no-qt: $(VENV)/.dev
	NLLAB_TEST_BLOCK=PySide6,pyqtgraph $(BIN)/python -m pytest tests/nlcore -m "not slow and not fuzz" -q $(SHARED) -c tests/engine_only.ini --rootdir . --confcutdir tests

fuzz: $(VENV)/.dev
	NLLAB_FUZZ_CASES=$(CASES) NLLAB_KILL_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest tests -m fuzz -q --timeout 0

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.window

pictures: $(VENV)/.installed
	$(BIN)/nllab shot xor --epochs 250 --out assets/pictures
	$(BIN)/nllab shot faces --epochs 100 --set dataset.source=synthetic --out assets/pictures
	$(BIN)/nllab shot xor --epochs 350 --compare training.learning_rate=0.05 --compare training.learning_rate=2 --out assets/pictures/tracks
	$(BIN)/nllab shot xor --epochs 250 --phases --out assets/pictures/phases
	cd assets/pictures && rm -f *-*.png && mv tracks/xor.png tracks.png && mv phases/xor-phase-06.png microscope.png && rm -r tracks phases

$(VENV)/.installed: pyproject.toml
	@echo "Installing into $(VENV): about 500 MB, a minute or two ..."
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
