"""`script/bench [NAME…]`: run what is promised about speed, and print promise and figure.

A benchmark is a file here with a function `main`, called when it is run. It runs in a process of
its own, with an empty MEISAI_VAR_DIR that is removed afterwards, and prints what it likes. Lines of
the form

    | what | promise | measured | how it grows |

are its figures; they are printed again at the end, as one table.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
HEAD = ("| what | promise | measured | how it grows |", "|---|---|---|---|")
SETTINGS = {
    "DATABASE_URL": "",
    "DJANGO_SETTINGS_MODULE": "billing_portal.settings",
    "MEISAI_ALLOWED_HOSTS": "testserver,127.0.0.1",
    "MEISAI_DEMO": "true",  # staff sign in without a second factor
    "MEISAI_LOG_LEVEL": "CRITICAL",
    "MEISAI_SECRET_KEY": "for benchmarks only, and long enough for the checks of Django",
    "PYTHONUNBUFFERED": "1",
}


def known() -> list[str]:
    """The names of all benchmarks."""
    files = [path for path in HERE.glob("*.py") if not path.stem.startswith("_")]
    return sorted(path.stem for path in files if "\ndef main() -> " in path.read_text("utf-8"))


def run(name: str) -> list[str]:
    """Run one benchmark, showing what it prints, and return its figures."""
    folder = Path(tempfile.mkdtemp(prefix="meisai-bench-"))
    (folder / "static").mkdir()
    clean = {key: text for key, text in os.environ.items() if not key.startswith("MEISAI_")}
    environment = clean | SETTINGS | {"MEISAI_VAR_DIR": str(folder), "PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, str(HERE / f"{name}.py")]
    figures = []
    try:
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
        ) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                figures += [line.strip()] if line.startswith("| ") else []
        if process.returncode:
            figures.append(f"| {name} | | failed | exit code {process.returncode} |")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def main(names: list[str]) -> int:
    unknown = set(names) - set(known())
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(known())}.")
        return 2
    figures = []
    for name in names or known():
        print(f"== {name}", flush=True)
        figures += run(name)
    print("", *HEAD, *figures, sep="\n")
    return 1 if any("| failed |" in line for line in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
