"""The command line. Exit code 2 on bad input, with one line that names the file, the key and the next action."""

import logging
import sys

import typer

from catalog.cli import app as catalog_app
from catalog.cli import new_dataset
from connectors.cli import readers
from pipelines.commands import data, looks, runs, tools
from pipelines.commands.shared import complain

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(catalog_app, name="catalog")
for name, command in {
    "get": data.get, "readers": readers, "new-dataset": new_dataset, "read": data.read,
    "plan": runs.plan, "ingest": runs.ingest, "curate": runs.curate, "publish": runs.publish, "build": runs.build,
    "replay": runs.replay, "explain": looks.explain, "ledger": looks.ledger, "check-text": looks.check_text,
    "verify": looks.verify, "experts": tools.experts, "doctor": tools.doctor, "portal": tools.portal,
}.items():  # fmt: skip
    app.command(name=name)(command)


def main(command: str | None = None) -> None:
    """The entry point: what a user got wrong is one line, never a traceback. `command`: what `python -m` ran."""
    # What a library has to say of an odd file is booked as that file's reason; on the screen it would only be noise.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    logging.captureWarnings(True)
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    bad_input = (ValueError, FileNotFoundError, NotADirectoryError, KeyError)
    try:
        app([command, *sys.argv[1:]] if command else None)
    except bad_input as error:
        complain(str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error))
        sys.exit(2)
    except OSError as error:
        from pipelines.faults import full_disk_line

        complain(full_disk_line(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
