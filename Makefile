# make demo | test | lint | bench | bench-audio     (PYTHON=python3.12 picks another interpreter, VENV=dir another environment)
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SOURCES := $(shell find . -name '*.py' -not -path './.venv*' -not -path './build/*') pyproject.toml \
	$(wildcard examples/* models/*.onnx scoring/checklists/*.yaml)

.PHONY: demo test lint bench bench-audio clean

demo: $(VENV)/installed
	$(BIN)/callqa demo

test: $(VENV)/installed-dev
	$(BIN)/callqa models pull
	CALLQA_TEST_MODELS="$$(dirname "$$($(BIN)/callqa models path base)")" $(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd / && "$(abspath $(BIN))/mypy" --config-file "$(CURDIR)/pyproject.toml" -p callqa

bench: $(VENV)/installed-dev
	$(BIN)/callqa models pull
	$(BIN)/python benchmarks/choices.py $(ARGS)

# The package is installed, not linked: what the tests see is what users get.
$(VENV)/made:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make environments; on Debian run: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

$(VENV)/installed: $(VENV)/made $(SOURCES)
	rm -rf build
	$(BIN)/python -m pip install --quiet --upgrade .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet ".[dev]"
	touch $@ $(VENV)/installed

bench-audio: $(VENV)/installed-dev
	$(BIN)/callqa models pull
	$(BIN)/python benchmarks/audio_path.py $(ARGS)
	$(BIN)/python benchmarks/voice_activity.py

clean:
	rm -rf $(VENV) build *.egg-info
