# Needs Python >= 3.11 and make (GNU make 3.81 will do). Everything else goes into .venv.
PYTHON ?= python3
LABFLAGS ?=
# Of make attack: how long bad arguments are drawn, after the few minutes of exercises and files, and which. Of make
# visit: how long the visitor is active in all, not counted what is looked at after him.
MINUTES ?= 10
SEED ?= 0

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# These stamps say what .venv already holds, so that the second call installs nothing.
LAB_READY := $(VENV)/.ready-for-lab
TEST_READY := $(VENV)/.ready-for-test
NODE_READY := node_modules/.ready
SLIDES := build/slides
BUNDLES := seq2seq_lib/widgets/bundles
SITE := build/site-venv
SITE_READY := $(SITE)/.ready
LITE := build/lite-venv
LITE_READY := $(LITE)/.ready
LITE_FILES := build/lite-files

# One thread: small matrices gain nothing from more, and a busy neighbour then costs little.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 OMP_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1
PYTEST := $(ONE_THREAD) $(BIN)/python -m pytest
# Side by side, a file on one worker: what its tests share (a trained model, a kernel, a page) is made once. In the
# browser tests that is a group (tests/browser/conftest.py). On two cores a third browser makes all of them slow.
BY_FILE := -n auto --dist loadfile
BROWSERS := -n 2 --dist loadgroup
# Loading nbval takes each process some seconds, and only the run of the notebooks needs it.
QUICKLY := -p no:nbval
NBVAL := $(BY_FILE) @tests/nbval.txt

.PHONY: help lab test lint lint-js unit notebooks browser lessons attack visit test-machines test-oldest claims pictures moving-picture bundles format execute text slides site links test-site test-firefox lite test-lite colab test-colab address version clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

lab: $(LAB_READY) ## open the notebooks in JupyterLab
	$(ONE_THREAD) $(BIN)/jupyter lab --ServerApp.root_dir=. $(LABFLAGS) notebooks/00_start_here.ipynb

test: lint unit notebooks browser ## run every check below

lint: $(TEST_READY) lint-js ## ruff, code and notebooks; biome, JavaScript and CSS
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# JavaScript is checked where node is; a reader needs none: the bundles are in the repository, and here it is seen that
# they are those of the sources. In CI (REQUIRE_BROWSER=1) node must be there.
lint-js:
	@if command -v npm >/dev/null 2>&1; then $(MAKE) -s $(NODE_READY) && npx biome ci && rm -rf build/bundles && \
	    npm run --silent bundle -- --outdir=build/bundles && { diff -rq build/bundles $(BUNDLES) || \
	    { echo "The bundles are not those of widgets/src: make bundles" >&2; exit 1; }; }; \
	elif [ "$$REQUIRE_BROWSER" = 1 ]; then echo "npm is needed here to check the JavaScript: install node" >&2; exit 1; \
	else echo "JavaScript not checked: no npm found (install node to have it checked)"; fi

unit: $(TEST_READY) ## the tests that need no browser
	$(PYTEST) $(QUICKLY) $(BY_FILE) --ignore=tests/browser

notebooks: $(TEST_READY) ## run every notebook and compare with its stored output
	$(PYTEST) $(NBVAL) notebooks

browser: $(TEST_READY) ## the tests in a real Chromium (CHROMIUM=/path/to/it if it is not found)
	$(PYTEST) $(QUICKLY) $(BROWSERS) -m "not lessons and not site and not lite" -rs tests/browser

lessons: $(TEST_READY) ## Run All of every lesson in JupyterLab, Notebook 7 in full, the slides on a large screen
	$(PYTEST) $(BROWSERS) -m lessons -rs tests/browser

attack: $(TEST_READY) ## wrong answers, bad arguments, damaged files, Ctrl-C anywhere: 15 minutes (MINUTES=1 SEED=7)
	$(ONE_THREAD) $(BIN)/python tests/attacks.py
	$(ONE_THREAD) $(BIN)/python tests/damage.py 2 $(SEED)
	$(ONE_THREAD) $(BIN)/python -W error tests/borders.py $(MINUTES) $(SEED)

visit: $(TEST_READY) ## a visitor who does anything, in any order, in every lesson in JupyterLab (MINUTES=1 SEED=7)
	$(ONE_THREAD) $(BIN)/python -u tests/browser/visitor.py $(MINUTES) $(SEED)

test-machines: $(TEST_READY) ## the notebooks as other processors would compute them (MACHINES="Haswell Prescott")
	$(BIN)/python tests/machines.py $(MACHINES)

test-oldest: ## the unit tests and the notebooks with the oldest packages that requirements.txt allows
	"$(PYTHON)" -m venv build/oldest
	sed -n 's/^\([a-z0-9-]*\)>=\([0-9.]*\).*/\1==\2/p' requirements.txt tests/requirements.txt > build/oldest/floors.txt
	build/oldest/bin/python -m pip install --quiet --disable-pip-version-check \
	    -r requirements.txt -r tests/requirements.txt -c build/oldest/floors.txt
	build/oldest/bin/python -c 'import matplotlib.font_manager'
	$(ONE_THREAD) build/oldest/bin/python -m pytest $(BY_FILE) -m "not browser"
	$(ONE_THREAD) build/oldest/bin/python -m pytest $(NBVAL) notebooks

claims: $(TEST_READY) ## measure again, for five seeds, what the lessons say (LESSONS="06 14")
	$(BIN)/python tests/claims $(LESSONS)

pictures: $(TEST_READY) ## every instrument, light and dark, at three widths, to be looked at in build/pictures
	$(ONE_THREAD) $(BIN)/python tests/browser/contact_sheet.py

moving-picture: $(TEST_READY) ## the picture at the head of the README, out of the real instruments
	$(ONE_THREAD) $(BIN)/python tests/browser/moving_picture.py

bundles: $(NODE_READY) ## make one file of each instrument's JavaScript (node is needed)
	rm -rf build/bundles
	npm run --silent bundle -- --outdir=build/bundles
	rm -rf $(BUNDLES) && mv build/bundles $(BUNDLES)

format: $(TEST_READY) ## let ruff fix what it can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	@if command -v npm >/dev/null 2>&1; then $(MAKE) -s $(NODE_READY) && npx biome check --write; fi

execute: $(TEST_READY) ## run and store one notebook: make execute NOTEBOOK=notebooks/00_start_here.ipynb
	@test -f "$(NOTEBOOK)" || { echo "Which notebook? make execute NOTEBOOK=notebooks/00_start_here.ipynb" >&2; exit 1; }
	$(ONE_THREAD) $(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.timeout=120 \
	    --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.store_widget_state=False \
	    "$(NOTEBOOK)"
	$(BIN)/python docs/text.py "$(NOTEBOOK)"

text: $(TEST_READY) ## each lesson as plain text, in docs/text; make execute does it for its notebook
	$(BIN)/python docs/text.py

slides: $(TEST_READY) ## a deck of slides of each lesson, in build/slides/ (NOTEBOOK=notebooks/01_compute_one_step.ipynb: that one)
	@test -z "$(NOTEBOOK)" || test -f "$(NOTEBOOK)" || { echo "There is no $(NOTEBOOK)" >&2; exit 1; }
	@test -d node_modules/reveal.js && test -d node_modules/mathjax || command -v npm >/dev/null 2>&1 || \
	    { echo "reveal.js and MathJax are needed here, and npm to get them: install node" >&2; exit 1; }
	@test -d node_modules/reveal.js && test -d node_modules/mathjax || $(MAKE) -s $(NODE_READY)
	mkdir -p $(SLIDES)/assets
	cp node_modules/reveal.js/dist/reveal.js node_modules/reveal.js/dist/reveal.css node_modules/mathjax/es5/tex-svg-full.js \
	    docs/slides/deck/deck.js docs/slides/deck/deck.css $(SLIDES)/assets
	$(BIN)/jupyter nbconvert --to slides --template deck --TemplateExporter.extra_template_basedirs=docs/slides --output-dir $(SLIDES) $(if $(NOTEBOOK),"$(NOTEBOOK)",notebooks/*.ipynb)

site: $(SITE_READY) $(NODE_READY) $(if $(RUN),lite) ## the course as static pages, in build/site (RUN=1: with make lite in it)
	rm -rf build/site
	$(BIN)/python docs/site/stage.py build/site-pages $(if $(RUN),lite)
	mkdir -p build/site-pages/_static/mathjax build/site-pages/_static/bundles
	$(ONE_THREAD) $(BIN)/python docs/site/frames.py build/site-pages/_static/frames
	cp $(BUNDLES)/*.js build/site-pages/_static/bundles
	cp docs/site/static/* seq2seq_lib/widgets/src/shared/instrument.css build/site-pages/_static
	cp node_modules/mathjax/es5/tex-svg-full.js build/site-pages/_static/mathjax
	cp docs/site/conf.py build/site-pages
	$(SITE)/bin/sphinx-build --quiet -W --keep-going -j auto build/site-pages build/site
	$(if $(RUN),cp -R build/lite build/site/lite)

links: site ## ask each address that the site's pages name whether it still answers
	$(SITE)/bin/sphinx-build --quiet -b linkcheck build/site-pages build/links

test-site: site ## every page of the site in a real Chromium, and every instrument on it
	$(PYTEST) $(BROWSERS) -m site -rs tests/browser

# The driver of Firefox is wanted here alone: it stays out of package.json, and its scripts are run beside it.
test-firefox: $(TEST_READY) ## the site, and a lesson in a tab, in Firefox (FIREFOX=/path/to/it; make site RUN=1 first)
	npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix build/firefox puppeteer-core@24.43.1
	cp tests/browser/firefox.mjs tests/browser/firefox_lite.mjs build/firefox
	$(BIN)/python tests/browser/in_firefox.py build/firefox

# The wheel is built from a copy that setuptools keeps in build/lib, old files included: so that goes first.
lite: $(LITE_READY) ## the course in a browser tab, Python included and without a server, in build/lite
	rm -rf build/lite build/lib $(LITE_FILES)
	$(LITE)/bin/python docs/lite/contents.py $(LITE_FILES)
	$(LITE)/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir $(LITE_FILES)/wheels .
	$(LITE)/bin/python docs/lite/wheels.py $(LITE_FILES)/static/pyodide build/lite-cache $(LITE)/browser $(LITE_FILES)/wheels \
	    $(LITE)/share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi
	cd $(LITE_FILES) && ../lite-venv/bin/jupyter lite build
	$(LITE)/bin/python docs/lite/finish.py build/lite

test-lite: ## Run All of six lessons there and what a reader does (LESSONS="00 09": those)
	$(MAKE) site RUN=1
	LESSONS="$(LESSONS)" $(PYTEST) $(BROWSERS) -m lite -rs tests/browser

colab: $(TEST_READY) ## copies of the lessons for Colab, in build/colab (make address first)
	$(BIN)/python docs/colab.py build/colab

test-colab: $(TEST_READY) ## run those copies with the packages that Colab has (LESSONS="00 08": those)
	test -d build/colab-venv || "$(PYTHON)" -m venv build/colab-venv
	build/colab-venv/bin/python -m pip install --quiet --disable-pip-version-check -r docs/colab-versions.txt
	$(ONE_THREAD) $(BIN)/python tests/in_colab.py build/colab-venv/bin/python $(LESSONS)

address: ## put the public address everywhere: make address URL=https://github.com/owner/name (without URL: nowhere)
	"$(PYTHON)" docs/address.py $(URL)

version: ## raise the version wherever it is said: make version TO=0.2.0
	"$(PYTHON)" docs/version.py $(TO)

clean: ## remove .venv and everything else that make and the tests leave behind
	rm -rf $(VENV) node_modules build dist *.egg-info .pytest_cache .ruff_cache .hypothesis test-results
	find seq2seq_lib tests notebooks benchmarks docs -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	    echo "No $(PYTHON) found. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, but $(PYTHON) is Python " + sys.version.split()[0] + " (" + sys.executable + "). Name a newer one: make PYTHON=/path/to/python3.12")'
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Importing the font manager builds matplotlib's font cache here, so that no notebook stops for it and says so.
$(LAB_READY): requirements.txt pyproject.toml $(VENV)/pyvenv.cfg
	@echo "Installing what the notebooks need into $(VENV). This happens once and takes a few minutes."
	$(PIP_INSTALL) -r requirements.txt
	@$(BIN)/python -c 'import matplotlib.font_manager'
	@touch $@

$(TEST_READY): requirements.txt tests/requirements.txt pyproject.toml $(VENV)/pyvenv.cfg
	@echo "Installing what the notebooks and the tests need into $(VENV). This happens once and takes a few minutes."
	$(PIP_INSTALL) -r requirements.txt -r tests/requirements.txt
	@$(BIN)/python -c 'import matplotlib.font_manager'
	@touch $(LAB_READY) $@

$(SITE_READY): docs/site/requirements.txt $(LAB_READY)
	"$(PYTHON)" -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check -r docs/site/requirements.txt
	@touch $@

$(LITE_READY): docs/lite/requirements.txt docs/lite/browser.txt
	rm -rf $(LITE)
	"$(PYTHON)" -m venv $(LITE)
	$(LITE)/bin/python -m pip install --quiet --disable-pip-version-check -r docs/lite/requirements.txt
	$(LITE)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps -r docs/lite/browser.txt -d $(LITE)/browser \
	    --only-binary=:all: --python-version 3.14 --implementation py --abi none --platform any
	@touch $@

# By the lock file, each package by its hash; none of them needs a script of its own to be run.
$(NODE_READY): package.json package-lock.json
	npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@
