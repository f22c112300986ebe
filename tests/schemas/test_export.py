"""The committed JSON Schemas are those of the models, and mean what the models mean."""

import json
from pathlib import Path

import jsonschema
import pytest

from schemas import export
from tests.corpora import CARD, RECIPE, packed, picture


def test_the_committed_schemas_are_current() -> None:
    assert export.stale() == [], "run `python -m schemas.export`"


def test_an_old_a_missing_and_a_foreign_schema_are_stale(tmp_path: Path) -> None:
    for name, text in export.export().items():
        (tmp_path / name).write_text(text)
    assert export.stale(tmp_path) == []
    (tmp_path / "fact.schema.json").write_text("{}")
    (tmp_path / "recipe.schema.json").unlink()
    (tmp_path / "ghost.schema.json").write_text("{}")
    assert export.stale(tmp_path) == ["fact.schema.json", "ghost.schema.json", "recipe.schema.json"]


def test_another_validator_accepts_what_we_write_and_refuses_what_we_refuse() -> None:
    def validator(name: str) -> jsonschema.Draft202012Validator:
        schema = json.loads((export.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    sample = json.loads(packed(picture(0), 0, "train")[1]["json"])
    validator("sample").validate(sample)
    validator("dataset_card").validate(json.loads(CARD.to_json()))
    validator("recipe").validate(json.loads(RECIPE.to_json()))
    for wrong in (sample | {"split": "dev"}, sample | {"colour": "red"}, sample | {"schema": "other/1"}):
        with pytest.raises(jsonschema.ValidationError):
            validator("sample").validate(wrong)
