# make demo · make demo-zero · make test · make qualite · make installer
.DEFAULT_GOAL := aide
SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
export PORT
# Arguments of pytest, for example: make test ESSAIS="-k garde_fou"
ESSAIS ?=

.PHONY: aide demo demo-zero test qualite installer installer-dev verrous bench-garde-fou bench-nuit bench-echeances endurance

aide:
	@echo "make demo       run the demonstration on http://127.0.0.1:$(PORT) (PORT=… to change)"
	@echo "make demo-zero  the same, with fresh data"
	@echo "make test       the whole test suite, browser included"
	@echo "make qualite    linters, types, layers, migrations, deployment checks, budgets"
	@echo "make bench-garde-fou  recall, precision, time and memory of the guard (MESURES=--ecarts)"
	@echo "make bench-nuit      time of the nightly tasks on 12,000 conventions and 100,000 accounts"
	@echo "make bench-echeances  one sweep over 10,000 then 1,000,000 open deadlines of which 1,000 are due"
	@echo "make endurance       200 kill -9 of worker and beat among falling deadlines (KILLS=…, GRAINE=…)"
	@echo "make installer  only install (.venv, Debian packages when root)"
	@echo "make verrous    lock the dependencies again after a change of pyproject.toml"

installer:
	@scripts/installer.sh demo

installer-dev:
	@scripts/installer.sh dev

demo demo-zero:
	@! command -v python3 >/dev/null || python3 scripts/demo.py --verifier
	@scripts/installer.sh demo
	@exec $(PY) scripts/demo.py $(if $(filter demo-zero,$@),--zero)

test: installer-dev
	@$(PY) -m pytest $(ESSAIS)

qualite: installer-dev
	@scripts/qualite.sh

verrous: installer-dev
	@scripts/verrouiller.sh

bench-garde-fou: installer
	@$(PY) -m bench.garde_fou.mesurer $(MESURES)

bench-nuit: installer
	@$(PY) -m bench.nuit.mesurer

bench-echeances: installer
	@$(PY) -m bench.echeances.mesurer

endurance: installer-dev
	@ENDURANCE=$(or $(KILLS),200) ENDURANCE_GRAINE=$(GRAINE) $(PY) -m pytest -q -s tests/processus/test_endurance.py
