"""The entry point: exit code 2 on bad input, with one line that names the file, the key and the next action."""

import logging
import os
import sys

from pipelines import garbage
from pipelines.commands import INTERRUPTED

NOT_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError, PermissionError)
"""What the system says of a file or folder that somebody named."""


def main(command: str | None = None) -> None:
    """What a user got wrong is one line, never a traceback; so is Ctrl-C. `command`: what `python -m` ran."""
    # What a library has to say of an odd file is booked as that file's reason; on the screen it would only be noise.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    logging.captureWarnings(True)
    logging.getLogger("triptych").setLevel(logging.WARNING)  # our own
    _own_stderr()
    garbage.rarely()
    one_thread()
    try:
        if any(name.startswith("TRIPTYCH_MAX_") for name in os.environ):
            from raw import budget

            budget.check()
        from pipelines.commands.app import app

        app([command, *sys.argv[1:]] if command else None)
    except (ValueError, KeyError, *NOT_THERE) as error:
        from pipelines.faults import line_of

        _complain(line_of(error))
        sys.exit(2)
    except OSError as error:
        from pipelines.faults import full_disk_line

        _complain(full_disk_line(error))
        sys.exit(1)
    except RuntimeError as error:
        from pipelines import faults

        if not isinstance(error, faults.ClusterError):
            raise
        _complain(str(error))
        sys.stdout.flush()
        if faults.lost:
            os._exit(1)  # what Ray does at the end would wait for a cluster that is gone
        sys.exit(1)
    except KeyboardInterrupt:  # before typer took over
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)


def one_thread() -> None:
    """Products of small matrices on the core that asks for them, unless the user says otherwise; before NumPy is
    imported. What runs beside one another are processes here, and two threads of OpenBLAS on cores that are busy wait
    for each other ten times as long as the work takes."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _own_stderr() -> None:
    """Give Python's `sys.stderr` a descriptor of its own: what native code writes to 2 is then known from it, and kept
    with the unit that it is of (`pipelines.complaints`)."""
    if sys.stderr is sys.__stderr__ and sys.stderr is not None:
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")


def _complain(text: str) -> None:
    from pipelines.commands.shared import complain

    complain(text)


if __name__ == "__main__":
    main()
