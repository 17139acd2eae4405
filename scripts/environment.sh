#!/bin/sh
# Makes .venv from requirements.lock, with uv where it is there, with venv and pip where it is not.
# Run it in the project folder: sh scripts/environment.sh
set -eu

wanted='(3, 11) <= sys.version_info[:2] < (3, 14)'

# The first Python of the wanted versions that really runs (a shim may be on PATH and lead nowhere).
find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
        if "$candidate" -c "import sys; sys.exit(not ($wanted))" >/dev/null 2>&1; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    return 1
}

stop() {
    printf '%s\n' "$1" >&2
    exit 1
}

install_with_uv() {
    uv venv --quiet --allow-existing ${python:+--python "$python"} .venv &&
        uv pip install --python .venv --require-hashes --no-deps --compile-bytecode -r requirements.lock &&
        uv pip install --python .venv --quiet --no-deps --no-build-isolation -e .
}

install_with_pip() {
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        stop "$python cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)."
    # --clear: an environment of uv's has no pip.
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear .venv
    fi
    .venv/bin/python -m pip install $quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r requirements.lock
    # pip compiles on one core, and more than is used; without bytecode every dbt call is seconds slower
    .venv/bin/python -m compileall -qq -j 0 -x '/(tests|pip|setuptools|pygments/lexers)/' .venv/lib || true
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
}

install_with_locked_uv() {
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || return 1
    [ -x .venv/bin/uv ] || {
        "$python" -m venv --clear .venv &&
            sed -n '/^uv==/,/[^\\]$/p' requirements.lock > .venv/uv.lock &&
            .venv/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps -r .venv/uv.lock
    } || return 1
    # uv does not read the settings of pip: an index of one's own is passed on
    index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}}
    PATH="$PWD/.venv/bin:$PATH"
    ${index:+env UV_DEFAULT_INDEX="$index"} uv pip install --python .venv --require-hashes --no-deps --compile-bytecode \
        -r requirements.lock &&
        uv pip install --python .venv --quiet --no-deps --no-build-isolation -e .
}

python=$(find_python) || python=
# The first time pip tells what it does; later it has little to do, and would list all that is there.
quiet=
if [ -e .venv/.installed ]; then
    quiet=--quiet
    rm .venv/.installed
fi

if [ -e .venv ] && ! .venv/bin/python -c "import sys; sys.exit(not ($wanted))" >/dev/null 2>&1; then
    echo "The Python of .venv is gone or of another version: making it anew."
    rm -rf .venv
fi

if command -v uv >/dev/null 2>&1; then
    echo "Installing what requirements.lock names into .venv, with uv …"
    install_with_uv || {
        [ -n "$python" ] || stop "uv could not install requirements.lock, and there is no Python 3.11, 3.12 or 3.13 to try pip with."
        echo "uv could not install requirements.lock; trying pip …"
        install_with_pip
    }
else
    # uv installs three times as fast as pip: where it is not there, the one that requirements.lock names comes first
    [ -n "$python" ] ||
        stop "Clientele needs Python 3.11, 3.12 or 3.13, and none of python3.13, python3.12, python3.11, python3 is one. Install one, or say where it is: make build PYTHON=/path/to/python3.12"
    echo "Installing what requirements.lock names into .venv, with $("$python" --version); it takes a minute, once …"
    install_with_locked_uv || install_with_pip
fi

# dbt remembers where the seeds were, and the folder may have been moved.
rm -f target/partial_parse.msgpack
pwd -P > .venv/.installed
