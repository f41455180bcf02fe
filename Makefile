# `make run` serves the portal with demo data; `make test` and `make check` are what the build calls.
# Everything below needs only Python 3.11 or newer; the rest is installed into .venv and static/vendor.

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)

ifeq ($(PYTHON),)
$(error 需要 Python 3.11 或更新版本：请先安装（Debian、Ubuntu：apt-get install python3 python3-venv）)
endif

LOCAL := $(PYTHON) -m branch_portal.local
# `make run PORT=8080` and `PORT=8080 make run` mean the same.
export PORT
# `make bench SCALE=L`.
export SCALE

.DEFAULT_GOAL := help
.PHONY: help run test check fix lock setup bench faults mutants audit manage

help:
	@$(LOCAL) --help

run:
	@$(LOCAL) run

# make test ARGS="tests/members -k roster"
test:
	@$(LOCAL) test $(ARGS)

check:
	@$(LOCAL) check

fix:
	@$(LOCAL) fix

lock:
	@$(LOCAL) lock

setup:
	@$(LOCAL) setup

bench:
	@$(LOCAL) bench

# make faults ARGS="-k F11"
faults:
	@$(LOCAL) faults $(ARGS)

# make mutants ARGS="--sample 5"
mutants:
	@$(LOCAL) mutants $(ARGS)

audit:
	@$(LOCAL) audit

# make manage ARGS="backup --to /mnt/usb"
manage:
	@$(LOCAL) manage $(ARGS)
