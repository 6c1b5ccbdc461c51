# АРМ «Ситименеджер». On a fresh Debian machine `make run` and `make test` do all their own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PY := .venv/bin/python
# What Qt and its browser engine load at run time, fonts with Cyrillic, and the screen of the tests.
SYSTEM := python3-venv libgl1 libegl1 libopengl0 libnss3 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libxkbfile1 \
	libasound2 libpulse0 libpci3 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 \
	libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libgssapi-krb5-2 \
	libgbm1 libdrm2 libglib2.0-0 libxcb-dri3-0 libxrender1 libbrotli1 libexpat1 \
	fonts-dejavu-core fonts-noto-core procps
# What the tests run the central server on as a city does, and what the README's commands ask for.
SYSTEM_TEST := $(SYSTEM) postgresql nginx curl jq xvfb
DEMO := QTWEBENGINE_DISABLE_SANDBOX=1
# Tests start the program hundreds of times: what Python compiles is kept, whatever the surroundings say.
TESTING := PYTHONDONTWRITEBYTECODE=
# A test process that dies is no reason to wait: with another in its place pytest-xdist never ends.
PYTEST := -m pytest -n 3 --max-worker-restart 0

.PHONY: help run central test lint campaign soak bench shot python system system-test format

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: ## central server embedded, training city, the workstation on it
	@if [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
		echo 'Нет экрана: окно не открыть. Запустите «make run» в графическом сеансе,' >&2; \
		echo 'или «make shot», чтобы получить снимки окна, или «make central», чтобы запустить только сервер.' >&2; \
		exit 2; fi
	@$(MAKE) --no-print-directory system .venv/ready-run
	$(DEMO) $(PY) main.py --demo

central: system .venv/ready-run ## the central server with the training city, on port 8000
	$(PY) main.py central --training-city --port 8000

# Debian's packages come while Python's are fetched and lint has its say.
test: ## everything that every change must pass (≤ 10 minutes)
	@$(MAKE) --no-print-directory --jobs 2 system-test lint
	$(TESTING) $(PY) $(PYTEST) --dist loadfile --no-loadscope-reorder -m 'not campaign and not soak'

lint: .venv/ready-test ## style, types, import contracts
	.venv/bin/ruff check --no-cache .
	.venv/bin/ruff format --no-cache --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

campaign: system-test .venv/ready-test ## the long fault campaigns (≤ 40 minutes)
	$(TESTING) $(PY) $(PYTEST) --dist loadgroup -m campaign  # a station and its server wait for each other

soak: system-test .venv/ready-test ## the longest: hours; stopped by Ctrl+C, it goes on where it stood
	$(TESTING) $(PY) $(PYTEST) --dist loadgroup -p tests.soak -m soak

bench: system-test .venv/ready-test ## measures against named peers, into build/bench.json
	$(TESTING) PYTHONPATH=.:tests $(PY) -m bench $(BENCH)

shot: system .venv/ready-run ## pictures of the real window on the training city, into build/shots
	mkdir -p build/shots
	$(DEMO) QT_QPA_PLATFORM=offscreen $(PY) main.py --demo --profile build/shots/profile shot build/shots/desk.png
	$(DEMO) QT_QPA_PLATFORM=offscreen $(PY) main.py --demo --profile build/shots/profile shot build/shots/wall.png --view wall
	$(DEMO) QT_QPA_PLATFORM=offscreen $(PY) main.py --demo --profile build/shots/profile shot build/shots/reports.png --view reports

format: .venv/ready-test ## lay the code out
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(PY) tests/house_map.py

system: python ; @$(call install,$(SYSTEM))
system-test: python ; @$(call install,$(SYSTEM_TEST))
# First and by itself: what makes .venv.
python: ; @python3 -c 'import ensurepip' 2>/dev/null || { $(call install,python3-venv); }

.venv/ready-run: requirements.txt | python
	@$(call venv,requirements.txt,$@)

.venv/ready-test: requirements.txt requirements-dev.txt | python
	@$(call venv,requirements-dev.txt,$@)

# Debian packages that are not there yet; the tests' PostgreSQL gets no cluster of its own, their nginx is not started.
define install
missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
if [ -n "$$missing" ]; then \
	as=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	echo "Ставлю системные пакеты:" $$missing; \
	if echo "$$missing" | grep -qw postgresql && [ ! -e /etc/postgresql-common/createcluster.conf ]; then \
		$$as mkdir -p /etc/postgresql-common; \
		echo 'create_main_cluster = false' | $$as tee /etc/postgresql-common/createcluster.conf >/dev/null; fi; \
	if echo "$$missing" | grep -qw nginx && [ ! -e /usr/sbin/policy-rc.d ]; then \
		printf '#!/bin/sh\nexit 101\n' | $$as tee /usr/sbin/policy-rc.d >/dev/null; \
		$$as chmod 755 /usr/sbin/policy-rc.d; trap "$$as rm /usr/sbin/policy-rc.d" EXIT; fi; \
	$$as apt-get update -qq && \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		-o Dpkg::Options::=--force-confold $$missing >build-apt.log 2>&1 \
		|| { tail -20 build-apt.log >&2; echo 'Не удалось поставить пакеты: см. build-apt.log.' >&2; exit 2; }; \
	if echo "$$missing" | grep -qw nginx; then $$as systemctl --quiet disable nginx 2>/dev/null || true; fi; \
	rm -f build-apt.log; fi
endef

define venv
[ -x $(PY) ] || python3 -m venv .venv; \
echo "Ставлю закреплённые зависимости из $(1)"; \
$(PY) -m pip install -q --disable-pip-version-check --no-input -r $(1); \
touch $(2)
endef
