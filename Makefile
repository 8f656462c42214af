# The two commands of the README: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sample
RUN := runs/demo

.PHONY: demo paper test check figures figures-report figures-paper reference bench-pipeline bench-resolve bench-formats bench-align bench-score bench-report bench-train clean sample-store

demo: $(VENV)/installed
	@rm -rf $(RUN)
	@$(BIN)/donor transfer $(SAMPLE)/source --to ru --model recorded:sample-a \
		--store $(SAMPLE)/responses.sqlite --replay --license Apache-2.0 -o $(RUN) --json > /dev/null
	@for window in biology:4 physics:5 economics:1; do \
		$(BIN)/donor show $(RUN) $$window --brief; echo; done
	@$(BIN)/donor show $(RUN)
	@echo
	@$(BIN)/donor report $(RUN) --gold $(SAMPLE)/gold
	@echo
	@echo "Next:"
	@echo "  your own data   $(BIN)/donor transfer FILE_OR_FOLDER --to ru --model ollama:llama3.1:8b -o runs/own"
	@echo "  your own model  $(BIN)/donor transfer $(SAMPLE)/source --to ru --model openai:gpt-4o-mini -o runs/live"
	@echo "  the tests       make test"

# The whole paper: two models' runs, both methods against gold, baselines, one report. As it stands,
# on the sample by replay; recipes/README.md has the command for real models and a real corpus.
PAPER := runs/paper
SOURCE := $(SAMPLE)/source
GOLD := $(SAMPLE)/gold
MODELS := sample-a=$(SAMPLE)/sample-a.toml sample-b=$(SAMPLE)/sample-b.toml
METHODS := index,quote
BASELINES := $(SAMPLE)/baselines.toml
ASKING := --store $(SAMPLE)/responses.sqlite --replay
PAPER_RUNS := $(foreach model,$(MODELS),$(PAPER)/$(firstword $(subst =, ,$(model))))

paper: $(VENV)/installed-for-training
	@rm -rf $(filter runs/paper,$(PAPER))
	@mkdir -p $(PAPER)
	@for model in $(MODELS); do \
		$(BIN)/donor transfer $(SOURCE) --recipe $${model#*=} $(ASKING) -o $(PAPER)/$${model%%=*} \
			|| exit; echo; done
	@$(BIN)/donor compare $(PAPER_RUNS) --method $(METHODS) --gold $(GOLD) $(ASKING) \
		--json > $(PAPER)/compared.json
	@$(BIN)/donor compare $(PAPER_RUNS) --method $(METHODS) --gold $(GOLD) $(ASKING)
	@echo
	@OMP_NUM_THREADS=$${OMP_NUM_THREADS:-1} $(BIN)/donor baselines $(BASELINES) --run $(firstword $(PAPER_RUNS)) \
		-o $(PAPER)/baselines --json > $(PAPER)/baselines.json
	@$(BIN)/donor report $(firstword $(PAPER_RUNS)) --gold $(GOLD) --compared $(PAPER)/compared.json \
		--baselines $(PAPER)/baselines.json -o $(PAPER)/report.html
	@echo
	@echo "Next: the same with real models and the real corpus, one command:"
	@echo "  recipes/README.md, \"The whole paper in one command\""

# A process for each core, each with one thread; -rfEs ends the run with a list of what was left
# out, and why.
test: $(VENV)/installed-for-tests
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest tests src -rfEs -n auto --dist loadfile

check: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/donor store rebuild $(SAMPLE)/answers/*.toml --store $(SAMPLE)/responses.sqlite --check

# The answers that the demo replays, made anew after a prompt or an answer has changed.
sample-store: $(VENV)/installed
	$(BIN)/donor store rebuild $(SAMPLE)/answers/*.toml --store $(SAMPLE)/responses.sqlite

figures: demo
	$(BIN)/donor show $(RUN) biology:4 --svg docs/figures/window.svg

# Pictures of the report, in Chromium.
figures-report: demo $(VENV)/installed-for-tests
	$(BIN)/donor report $(RUN) --gold $(SAMPLE)/gold
	PATH="$$(.ci/install-chromium):$$PATH" $(BIN)/python .ci/picture-page $(RUN)/report.html 'docs/figures/report-{width}.png'

# Of the sections that only the paper's report has.
figures-paper: paper $(VENV)/installed-for-tests
	PATH="$$(.ci/install-chromium):$$PATH" $(BIN)/python .ci/picture-page $(PAPER)/report.html \
		'docs/figures/report-paper-{width}.png' compared baselines training

bench-pipeline: $(VENV)/installed
	$(BIN)/python benchmarks/pipeline.py

bench-resolve: $(VENV)/installed
	$(BIN)/python benchmarks/resolve.py

# hf needs the extra, conll the package to compare with.
bench-formats: $(VENV)/installed
	$(BIN)/python -m pip install -q conllu -e '.[lang,hf]'
	$(BIN)/python benchmarks/formats.py

# The extra is compiled on installation.
bench-align: $(VENV)/installed
	$(BIN)/python -m pip install -q -e '.[lang,align]'
	$(BIN)/python benchmarks/align.py

# Beside nervaluate, on one core.
bench-score: $(VENV)/installed
	$(BIN)/python -m pip install -q nervaluate
	$(BIN)/python benchmarks/score.py
	$(BIN)/python benchmarks/translation.py

# On ../shared/deft; the whole takes three quarters of an hour.
bench-train: $(VENV)/installed-for-training
	$(BIN)/python benchmarks/train.py

# Opens the pages in Debian's chromium.
bench-report: $(VENV)/installed
	$(BIN)/python -m pip install -q playwright -e '.[lang,report]'
	$(BIN)/python benchmarks/report.py

reference: $(VENV)/installed
	$(BIN)/python .ci/cli-reference > docs/cli.md

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV) || \
		{ $(PYTHON) -m pip install -q --target .virtualenv virtualenv && \
		PYTHONPATH=.virtualenv $(PYTHON) -m virtualenv -q $(VENV); }
	$(BIN)/python -m pip install -q --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install -q -e '.[lang,report]'
	@touch $@

$(VENV)/installed-for-training: $(VENV)/installed
	$(BIN)/python -m pip install -q torch==2.13.0
	$(BIN)/python -m pip install -q -e '.[lang,report,train]'
	@touch $@

$(VENV)/installed-for-tests: $(VENV)/installed
	$(BIN)/python -m pip install -q torch==2.13.0
	$(BIN)/python -m pip install -q --group test
	@touch $@

clean:
	rm -rf $(VENV) .virtualenv runs build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
