"""What a short command imports, that the lists of commands tell the truth, and what ends in one line."""

import inspect
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import catalog
from pipelines import cli
from pipelines.commands.app import PLACES, app
from pipelines.commands.later import Later

HEAVY = {"pydantic", "yaml", "numpy", "polars", "pyarrow", "ray", "apache_beam", "scipy", "pydicom", "schemas"}
GROUP = get_command(app)
runner = CliRunner()


def imported(*command: str) -> set[str]:
    """The packages that a process has imported at its end."""
    text = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        f"sys.argv = {['triptych', *command]!r}\n"
        "from pipelines.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("command", ["--version", "--help", *(f"{name} --help" for name in PLACES)])
def test_no_help_imports_what_only_work_needs(command: str) -> None:
    assert imported(*command.split()) & HEAVY == set()


def test_the_list_of_data_sets_reads_no_data() -> None:
    assert imported("catalog", "ls", "--json") & (HEAVY - {"pydantic", "yaml", "schemas"}) == set()


@pytest.mark.parametrize("name", PLACES)
def test_a_command_is_listed_with_its_own_help(name: str) -> None:
    listed = GROUP.commands[name]
    assert isinstance(listed, Later)
    itself = listed.itself()
    assert (itself.name, inspect.cleandoc(itself.help)) == (name, listed.help)
    assert not itself.hidden


def test_the_version() -> None:
    said = runner.invoke(app, ["--version"])
    assert (said.exit_code, said.stdout) == (0, f"triptych {version('triptych')}\n")


@pytest.mark.parametrize(
    ("command", "meant"),
    [("plam r.yaml", "plan"), ("catalog serch liver", "search"), ("plan r.yaml --piolt 2", "--pilot")],
)
def test_a_misspelt_command_or_option_gets_a_suggestion(command: str, meant: str) -> None:
    said = runner.invoke(app, command.split())
    assert said.exit_code == 2
    assert meant in said.stderr.split("No such")[1]
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["diff one", "plan r.yaml --pilot -1", "plan r.yaml --pilot", "catalog show"])
def test_what_is_missing_or_out_of_range_is_one_line_with_the_help_to_read(command: str) -> None:
    said = runner.invoke(app, command.split())
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert said.stderr.endswith(" --help\n")


Main = Callable[..., tuple[int, str]]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["triptych", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return int(stop.value.code or 0), capsys.readouterr().err

    return run


def test_ctrl_c_is_one_line(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(catalog, "cards", interrupted)
    assert main("catalog", "ls") == (130, "interrupted\n")


@pytest.mark.parametrize("module", ["typer", "catalog.cli", "schemas"])
def test_ctrl_c_while_modules_are_imported_is_one_line(module: str) -> None:
    text = (
        "import os, signal, sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "sys.argv = ['triptych', 'catalog', 'ls']\n"
        "from pipelines.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, "interrupted\n")


@pytest.mark.parametrize(("own", "threads"), [(None, 1), ("2", 2)])
def test_small_products_wait_for_no_other_thread(own: str | None, threads: int) -> None:
    code = (
        "from pipelines.cli import one_thread; one_thread(); import numpy, threadpoolctl;"
        "print(max(one['num_threads'] for one in threadpoolctl.threadpool_info() if one['user_api'] == 'blas'))"
    )
    env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    env |= {"OPENBLAS_NUM_THREADS": own} if own else {}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert int(told.stdout) == min(threads, os.cpu_count() or 1)
