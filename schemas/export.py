"""JSON Schemas of the words, for readers in other languages: `python -m schemas.export [--check]`."""

import argparse
import json
import sys
from pathlib import Path

import schemas
from schemas.base import Model

FOLDER = Path(__file__).parent / "json"
WORDS: tuple[type[Model], ...] = (
    schemas.DatasetCard, schemas.Dialogue, schemas.Fact, schemas.LabelSpace, schemas.ModelCard, schemas.Outcome,
    schemas.Quarantined, schemas.Recipe, schemas.Record, schemas.Region, schemas.Sample, schemas.Scene, schemas.Verdict,
)  # fmt: skip


def export() -> dict[str, str]:
    """File name -> text of each schema, JSON Schema draft 2020-12, as the words are written (`by_alias`)."""
    return {f"{_name(word)}.schema.json": _text(word) for word in WORDS}


def stale(folder: Path = FOLDER) -> list[str]:
    """The file names that are missing, differ from the models, or belong to no model."""
    wanted = export()
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.schema.json")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _name(word: type[Model]) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in word.__name__).lstrip("_")


def _text(word: type[Model]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **word.model_json_schema(by_alias=True, mode="serialization"),
    }
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the schemas, or with --check only compare; 2 when they are not current."""
    parser = argparse.ArgumentParser(prog="python -m schemas.export", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when a committed schema is not current"
    )
    if parser.parse_args().check:
        old = stale()
        if old:
            sys.stderr.write(f"schemas/json: not current: {', '.join(old)}: run `python -m schemas.export`\n")
        return 2 if old else 0
    FOLDER.mkdir(exist_ok=True)
    wanted = export()
    for path in sorted(FOLDER.glob("*.schema.json")):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
