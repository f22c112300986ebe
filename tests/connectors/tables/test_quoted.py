"""Quotes that do not add up: their row is refused by name, and no row ever holds another's text."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import tables
from connectors.tables import quoted

DIALECT = {"delimiter": ",", "quotechar": '"'}
HEAD = "id,lesion,report\n"


def read(text: str) -> dict[str, tuple[str, ...] | str]:
    """Each row's cells by its key; why it is refused instead, where it is."""
    found = list(quoted.rows(text.splitlines(keepends=True), DIALECT))[1:]
    return {cells[0]: fault or tuple(cells[1:]) for _, cells, fault in found}


def rows(**changed: str) -> str:
    plain = {f"{n:03}": f"{n:03},{n % 2},Report number {n}." for n in range(1, 9)}
    return (
        HEAD + "\n".join({**plain, **{name.removeprefix("r"): text for name, text in changed.items()}}.values()) + "\n"
    )


def sound(*keys: int) -> dict[str, tuple[str, ...]]:
    return {f"{n:03}": (str(n % 2), f"Report number {n}.") for n in keys}


@pytest.mark.parametrize(
    "later",
    [
        {},  # to the end of the file
        {"r007": '007,1,"nodular" shadow seen'},  # the text goes on after the closing quote
        {"r006": '006,0,scar of 2"'},  # it closes at the end of a cell, as a sound one would
        {"r006": '006,0,"a whole, quoted report"'},
        {"r005": '005,1,""'},
        {"r005": '005,1,"a report\nover two lines"'},
        {"r006": '006,0,"2 inch more'},  # another one
    ],
)
def test_an_open_quote_costs_its_row_and_no_other_is_lost_or_mixed(later: dict[str, str]) -> None:
    found = read(rows(r003='003,1,"2 inch scar', **later))
    assert set(found) == {f"{n:03}" for n in range(1, 9)}, "every row is read or named"
    assert "quote" in found["003"]
    for key, said in found.items():
        if not isinstance(said, str):
            assert said[0] == str(int(key) % 2)
            assert not any(f"{n:03}," in said[1] for n in range(1, 9)), "another row's text"
            assert said == sound(int(key)).get(key) or key in {name.removeprefix("r") for name in later}
    assert sum(isinstance(said, str) for said in found.values()) <= 1 + len(later)


LEGAL = [
    '"Findings: clear, no effusion, or pneumothorax.\nImpression: normal, no change, stable.\n"',
    '"1. Nodule, 12 mm, right\n2. Nodule, 3 mm, left\n\n3. No effusion"',
    '"He said ""normal"",\nand ""no change"""',
    '"\n\n"',
    '"a, b\nc, d, e, f\n"',
]


@pytest.mark.parametrize("report", LEGAL)
@pytest.mark.parametrize("key", ["003", "001", "008"])
def test_reports_over_lines_stay_whole(report: str, key: str) -> None:
    found = read(rows(**{f"r{key}": f"{key},1,{report}"}))
    expected = next(csv.reader(io.StringIO(report)))[0]
    assert found[key] == ("1", expected)
    assert {k: v for k, v in found.items() if k != key} == sound(*(n for n in range(1, 9) if f"{n:03}" != key))


def test_a_table_of_nothing_but_reports_stays_whole_and_its_open_quote_is_found() -> None:
    report = '"FINDINGS: lungs, heart\n  and bones, all normal.\nIMPRESSION: none"'
    text = HEAD + "".join(f"{n:03},{n % 2},{report}\n" for n in range(1, 20))
    assert set(map(len, read(text).values())) == {2}
    broken = text.replace(f"005,1,{report}", "005,1," + report[:-1])
    found = read(broken)
    assert set(found) >= {f"{n:03}" for n in range(1, 20)}
    assert [key for key, said in found.items() if isinstance(said, str)] == ["005"]
    assert all("FINDINGS" in said[1] and said[1].count("FINDINGS") == 1 for key, said in found.items() if key != "005")


@pytest.mark.parametrize("columns", ["id,report", "study,subject,report", "report,id", "id,a,report,z"])
def test_reports_with_lines_that_are_nearly_rows(columns: str) -> None:
    """Numbers, commas and lists in prose; then one quote is lost, and costs its own row."""
    text = "FINDINGS: {}. lung, heart.\n1. nodule, 4 mm, right\n2, 3 and 4 ribs\n\nIMPRESSION: 12, 14 mm"
    own = {"id": "{}", "study": "s5{:04}", "subject": "{}", "a": "{}", "z": "x", "report": text}
    written = [[own[name].format(n) for name in columns.split(",")] for n in range(60)]

    def lines_of(row: list[str]) -> str:
        out = io.StringIO(newline="")
        csv.writer(out).writerow(row)
        return out.getvalue()

    whole = columns + "\r\n" + "".join(map(lines_of, written))
    found = list(quoted.rows(io.StringIO(whole, newline="").readlines(), DIALECT))[1:]
    assert [(cells, fault) for _, cells, fault in found] == [(row, "") for row in written]
    head, _, tail = lines_of(written[30]).rpartition('"')
    broken = whole.replace(lines_of(written[30]), head + tail)
    rows_of = list(quoted.rows(io.StringIO(broken, newline="").readlines(), DIALECT))[1:]
    good = [cells for _, cells, fault in rows_of if not fault and any(cells)]
    assert [row for row in written if row not in good] == [written[30]]
    assert [cells for cells in good if cells not in written and cells[-1] != "30"] == []
    assert quoted.BROKEN in [fault for _, _, fault in rows_of]


def test_a_row_inside_a_sound_quote_is_never_read_as_one() -> None:
    """A report that quotes the table: whose text it is cannot be told."""
    found = read(rows(r003='003,1,"see below\n005,0,Normal.\nend"'))
    assert "quote" in found["003"]
    assert found["004"] == sound(4)["004"]
    lines = rows(r003='003,1,"see below\n005,0,Normal.\nend"').splitlines(keepends=True)
    inside = [fault for _, cells, fault in quoted.rows(lines, DIALECT) if cells[:3] == ["005", "0", "Normal."]]
    assert inside == ["lies within a quote that line 4 opens"]


def test_a_line_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("made by hand\n" + rows(r002='002,0,"over\ntwo"', r004='004,0,"open'))
    found = tables.frame(tmp_path, "t.csv", tables.Source(file="t.csv", skip=1)).to_dicts()
    assert [(row["\x00line"], bool(row["\x00fault"])) for row in found] == [
        (3, False), (4, False), (6, False), (7, True), (8, False), (9, False), (10, False), (11, False),
    ]  # fmt: skip


@given(st.lists(st.lists(st.text(alphabet='ab ,."\n', max_size=12), min_size=2, max_size=2), min_size=1, max_size=8))
def test_what_a_writer_of_csv_wrote_is_read_back(cells: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    written = [["key", "a", "b"], *([f"k{n:04}", *row] for n, row in enumerate(cells))]
    csv.writer(out).writerows(written)
    lines = io.StringIO(out.getvalue(), newline="").readlines()
    assert [(row, fault) for _, row, fault in quoted.rows(lines, DIALECT)] == [(row, "") for row in written]
