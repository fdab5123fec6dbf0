# make demo | test | lint | pyannote | bench | bench-audio | bench-asr | bench-diarization | bench-rules | bench-rescoring | bench-store | bench-batches     (PYTHON=python3.12 picks another interpreter, VENV=dir another environment)
PYTHON ?= python3
VENV ?= .venv
WHISPERX ?= .venv-whisperx
PYANNOTE ?= .venv-pyannote
BIN := $(VENV)/bin
SOURCES := $(shell find . -name '*.py' -not -path './.venv*' -not -path './build/*') pyproject.toml \
	$(wildcard examples/* models/*.onnx scoring/*.yaml scoring/checklists/*.yaml qa/pages/*)

.PHONY: demo test lint bench bench-audio bench-asr bench-diarization bench-rules bench-rescoring bench-store bench-batches whisperx pyannote clean

demo: $(VENV)/installed
	$(BIN)/callqa demo

test: $(VENV)/installed-dev
	$(BIN)/callqa models pull
	$(BIN)/callqa models pull bge-small-zh-v1.5
	$(if $(wildcard $(PYANNOTE)/installed),$(BIN)/callqa models pull pyannote-segmentation-torch)
	CALLQA_TEST_MODELS="$$(dirname "$$($(BIN)/callqa models path base)")" \
		CALLQA_PYANNOTE_PYTHON="$(if $(wildcard $(PYANNOTE)/installed),$(abspath $(PYANNOTE)/bin/python))" \
		$(BIN)/python -m pytest $(ARGS)

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

bench-asr: $(VENV)/installed-dev whisperx
	$(BIN)/callqa models pull
	$(BIN)/python benchmarks/asr.py --whisperx $(WHISPERX)/bin/python $(ARGS)

# Both diarizers side by side; pyannote.metrics comes with pyannote.audio.
bench-diarization: $(VENV)/installed-dev $(PYANNOTE)/installed
	$(BIN)/callqa models pull
	$(BIN)/callqa models pull pyannote-segmentation-torch
	$(PYANNOTE)/bin/python -m pip install --quiet rapidfuzz
	OMP_NUM_THREADS=1 $(PYANNOTE)/bin/python benchmarks/diarization.py --backends onnx pyannote $(ARGS)

bench-rescoring: $(VENV)/installed-dev
	$(BIN)/callqa models pull
	$(BIN)/python benchmarks/rescoring.py $(ARGS)

bench-store: $(VENV)/installed-dev
	$(BIN)/python benchmarks/store.py $(ARGS)

# Half an hour with the real recogniser for the last hundred: ARGS="--real 100".
bench-batches: $(VENV)/installed-dev
	$(BIN)/callqa models pull
	$(BIN)/python benchmarks/batches.py $(ARGS)

# How verdicts survive recognition errors: two minutes. matplotlib draws the plot and nothing else.
bench-rules: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet "matplotlib>=3.9"
	$(BIN)/python benchmarks/robustness.py --plot docs/robustness.svg $(ARGS)

# A peer of bench-asr with an environment of its own, for it pins another torch: several gigabytes, made once.
# Where it cannot be had, the benchmark says so and goes on without.
whisperx:
	@test -e $(WHISPERX)/installed || { $(PYTHON) -m venv $(WHISPERX) && \
		$(WHISPERX)/bin/python -m pip install --quiet "whisperx==3.8.6" && touch $(WHISPERX)/installed; } || \
		echo "WhisperX cannot be installed"

# The optional diarizer has an environment of its own, too: torch is several gigabytes. `make test` tests it where it is.
# torch comes first and alone: a newer one would come along with pyannote.audio, and torchaudio would refuse it.
pyannote: $(PYANNOTE)/installed

$(PYANNOTE)/made:
	$(PYTHON) -m venv $(PYANNOTE)
	$(PYANNOTE)/bin/python -m pip install --quiet --upgrade pip
	$(PYANNOTE)/bin/python -m pip install --quiet "torch==2.14.1"
	touch $@

$(PYANNOTE)/installed: $(PYANNOTE)/made $(SOURCES)
	rm -rf build
	$(PYANNOTE)/bin/python -m pip install --quiet --upgrade ".[pyannote]"
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
