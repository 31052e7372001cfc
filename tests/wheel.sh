#!/bin/sh
# Build the wheel, install it (and nothing of the checkout) into an environment of its own, and run the suite against it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/.venv/bin/uv" build --quiet --wheel --out-dir "$work/dist" "$root"
"${PYTHON:-python3}" -m venv "$work/venv"
"$root/.venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" --require-hashes -r "$root/requirements/dev.txt"
"$root/.venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" --no-deps "$work"/dist/*.whl
# The tests and the raw corpus come along; the packages do not, so an import finds the wheel or nothing.
mkdir "$work/suite" "$work/suite/data"
cp -r "$root/tests" "$work/suite/tests"
cp -r "$root/data/raw" "$work/suite/data/raw"
cp "$root/pyproject.toml" "$root/README.md" "$work/suite/"
cd "$work/suite"
"$work/venv/bin/pytest" -n 2 --dist loadfile -p no:cacheprovider -m "not slow and not checkout" tests
