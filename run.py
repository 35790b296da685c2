"""Set up and start Hongqiao with nothing but Python: `python run.py run` (Windows: `py run.py run`).

Commands: setup · run · test · check · bench · train-opinion · help. Everything lives in the checkout: `.venv` for
the packages, `data` (or the folder that HONGQIAO_DATA names) for what you put in.
"""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
#: The tests that are told first.
QUICK = "not browser and not slow"
#: Files that run on SQLite alone.
SQLITE = ("*pages*.py", "*sample*.py", "*/making/*", "*statistics*.py", "*/tiers/test_judging.py", "*test_fresh.py")


def say(text: str) -> None:
    print(text, flush=True)


def wanted(lock: Path) -> str:
    """The state of the environment that `lock` and this Python ask for."""
    return hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()


def setup(extra: str = "base") -> None:
    """Make `.venv` from the locked requirements. Does nothing when it is already what the lock says."""
    stamps = {name: VENV / f".{name}.sha256" for name in ("base", "test")}
    # the test lock holds everything of the base lock, at the same versions
    for name in {extra, "test"}:
        stamp = stamps[name]
        if stamp.exists() and stamp.read_text() == wanted(ROOT / "requirements" / f"{name}.txt") and PYTHON.exists():
            return
    if not PYTHON.exists():
        say("· 建立运行环境 / making the environment (.venv)")
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    lock = ROOT / "requirements" / f"{extra}.txt"
    say(f"· 安装依赖 / installing packages ({lock.name}), 约一分钟 / about a minute")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--requirement", str(lock)])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamps[extra].write_text(wanted(lock))


def run(command: list[str], **extra: object) -> None:
    """Run to the end; leave with its exit status where it fails."""
    done = subprocess.run(command, cwd=ROOT, **extra)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(done.returncode)


def start(arguments: list[str]) -> None:
    """Set up, then hand over to the server, which prepares the data and keeps web and worker running until Ctrl-C."""
    setup()
    server = subprocess.Popen([str(PYTHON), "-m", "hongqiao.site.cli", "serve", *arguments], cwd=ROOT)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C reaches the server too: wait for it to end well
            sys.exit(server.wait())


def test(arguments: list[str]) -> None:
    """All tests on SQLite. Where a PostgreSQL server is named, in two lanes at once: the quick ones here; beside them
    those on that server, then the slow ones and those that drive a browser.
    """
    setup("test")
    server = os.environ.get("HONGQIAO_TEST_POSTGRES")
    if not server or arguments:
        run([str(PYTHON), "-m", "pytest", *arguments])
        return
    with tempfile.TemporaryFile("w+b") as told, ThreadPoolExecutor(1) as pool:
        beside = pool.submit(lambda: [_quietly(told, command, env) for command, env in other_lane(server)])
        here = subprocess.call(pytest(QUICK), cwd=ROOT)
        say("· 同时跑的另一半 / the other half, run beside it")
        there = beside.result()
        told.seek(0)
        say(told.read().decode("utf-8", "replace"))
    if any((here, *there)):
        sys.exit(1)


def pytest(which: str, *paths: str) -> list[str]:
    return [str(PYTHON), "-m", "pytest", "-m", which, *paths]


def other_lane(server: str) -> list[tuple[list[str], dict[str, str]]]:
    """Return commands and what they add to the environment; they keep no notes that the first lane would read.

    On the server: what keeps and locks rows. What a page looks like, what a file or a sample says and what a figure is
    are no matter of the relational database: those run on SQLite alone.
    """
    names = ("workspace", "warehouse", "delivery", "ledger", "content", "crisis", "audience")
    alone = ("-p", "no:cacheprovider")
    folders = (f"tests/{name}" for name in names)
    return [
        (pytest(QUICK, *alone, *(f"--ignore-glob={g}" for g in SQLITE), *folders), {"DATABASE_URL": server}),
        (pytest(f"not ({QUICK})", *alone), {}),
    ]


def _quietly(told: IO[bytes], command: list[str], env: dict[str, str]) -> int:
    return subprocess.call(command, cwd=ROOT, env={**os.environ, **env}, stdout=told)


def check(arguments: list[str]) -> None:
    """Everything but the tests: style, types, the direction of imports."""
    setup("test")
    run([str(PYTHON), "-m", "ruff", "check", "."])
    run([str(PYTHON), "-m", "ruff", "format", "--check", "."])
    run([str(PYTHON), "-m", "mypy"])
    run([str(BIN / "lint-imports")])


def bench(arguments: list[str]) -> None:
    setup("test")
    for script in sorted((ROOT / "bench").glob("*.py")):
        if not arguments or script.stem in arguments:
            run([str(PYTHON), str(script)])


def train_opinion(arguments: list[str]) -> None:
    """Fit the weights that read opinions from the public sets in `--data FOLDER` (docs/opinion.md)."""
    setup()
    run([str(PYTHON), str(ROOT / "tools" / "train_opinion.py"), *arguments])


COMMANDS = {
    "setup": lambda _: setup(),
    "run": start,
    "test": test,
    "check": check,
    "bench": bench,
    "train-opinion": train_opinion,
    "help": lambda _: say(__doc__ or ""),
}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 — this file is what an old Python would start
        sys.exit("虹桥需要 Python 3.11 或更新版本 / Hongqiao needs Python 3.11 or newer")
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        sys.exit(f"没有这个命令 / no such command: {name}\n{__doc__}")
    COMMANDS[name](arguments)


if __name__ == "__main__":
    main()
