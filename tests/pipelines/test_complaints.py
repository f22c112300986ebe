"""What libraries complain of becomes notices of the unit that was looked at."""

import logging
import os
import sys
import threading
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipelines.complaints import heard, told
from schemas import Notice


def test_warnings_and_log_lines_are_notices_of_their_unit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import pydicom  # noqa: F401 - it sets up its logger when it is imported

    with heard(tmp_path, "a/b.dcm", "r1") as first:
        logging.getLogger("pydicom").warning("value of %s is odd", f"{tmp_path}/a/b.dcm")
        warnings.warn(f"{tmp_path}/a/b.dcm is short", UserWarning, stacklevel=1)
        warnings.warn(f"{tmp_path}/a/b.dcm is short", UserWarning, stacklevel=1)
    assert [(n.kind, n.uri, n.record) for n in first] == [("library", "a/b.dcm", "r1")] * 2
    assert [n.reason for n in first] == ["pydicom: value of a/b.dcm is odd", "library: a/b.dcm is short"]
    with heard(tmp_path, "c.dcm") as second:
        pass
    assert second == []
    assert "odd" not in capfd.readouterr().err


def test_the_second_file_with_the_same_fault_is_told_too(tmp_path: Path) -> None:
    from PIL import Image

    text = "odd"
    for name in ("a", "b"):
        with heard(tmp_path, name) as found:
            for _ in range(2):
                warnings.warn_explicit(text, UserWarning, Image.__file__, 1, "PIL.Image", registry=REGISTRY)
        assert [n.reason for n in found] == ["PIL: odd"]


REGISTRY: dict[str, int] = {}


def test_our_own_lines_are_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), heard(tmp_path, "a") as found:
        logging.getLogger("pipelines.ingest.work").error("stopped")
    assert found == []
    assert caplog.messages == ["stopped"]


def test_what_is_said_outside_is_no_unit_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with heard(tmp_path, "a") as found:
        pass
    passed_on: list[str] = []
    monkeypatch.setattr("pipelines.complaints._before", lambda message, *_, **__: passed_on.append(str(message)))
    warnings.warn("later", UserWarning, stacklevel=1)
    assert found == []
    assert passed_on == ["later"]


def test_what_is_said_before_a_failure_is_kept(tmp_path: Path) -> None:
    kept: list[list[Notice]] = []

    def fail() -> None:
        with heard(tmp_path, "a") as found:
            kept.append(found)
            logging.getLogger("nibabel.global").warning("pixdim[0] should be 1")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    (found,) = kept
    assert [n.reason for n in found] == ["nibabel: pixdim[0] should be 1"]


def test_threads_hear_their_own(tmp_path: Path) -> None:
    heard_by: dict[str, list[str]] = {}
    together = threading.Barrier(4)

    def work(name: str) -> None:
        with heard(tmp_path, name) as found:
            together.wait()
            logging.getLogger("PIL").warning("of %s", name)
            together.wait()
        heard_by[name] = [n.reason for n in found]

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard_by == {name: [f"PIL: of {name}"] for name in "abcd"}


def test_native_lines_are_caught_where_ours_go_elsewhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """libpng's own words, as cv2 lets them through."""
    done, data = cv2.imencode(".png", np.zeros((8, 8), np.uint8))
    assert done
    with heard(tmp_path, "a.png") as quiet:  # pytest's stderr is not descriptor 2
        os.write(2, f"libpng warning: {tmp_path}/a.png: bad\n".encode())
        cv2.imdecode(data[:-20], cv2.IMREAD_UNCHANGED)
        sys.stderr.write("ours\n")
    assert "libpng warning: a.png: bad" in [n.reason for n in quiet]
    os.write(2, b"after\n")
    err = capfd.readouterr().err
    assert "libpng" not in err
    assert "after" in err


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cannot read /data/raw/set/a/b.png: cut", "cannot read a/b.png: cut"),
        ("cannot read '/usr/lib/x/y.py'", "cannot read 'y.py'"),
        (
            "\x1b[0;93m2026-11-30 08:57:44.123456 [W:onnxruntime:, graph.cc:1] unused\x1b[m",
            "[W:onnxruntime:, graph.cc:1] unused",
        ),
        ("a\x07b\x9b31m\tc", "ab31m c"),
        ("1/2 of it, http://x.org/a/b", "1/2 of it, http://x.org/a/b"),
    ],
)
def test_no_folder_above_the_data_set_is_named(text: str, wanted: str) -> None:
    assert told(Path("/data/raw/set"), text) == wanted
