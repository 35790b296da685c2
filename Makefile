# Each target only calls run.py, which needs nothing but Python; on Windows use `py run.py <target>`.
PY ?= python3

.DEFAULT_GOAL := help
.PHONY: setup run test check bench train-opinion help

setup run test check bench train-opinion help:
	@$(PY) run.py $@ $(ARGS)
