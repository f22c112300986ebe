"""What is left of a person in a published sample is found, and not told once more."""

import io
from pathlib import Path
from typing import Any

import cv2
import deflate
import nibabel
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from schemas import Sample, SourceFile
from schemas.sample import MediaGeometry
from tests.corpora import corpus, document, packed, picture
from transforms.shards.left_over import left_in_fields, left_in_headers, left_in_pixels
from transforms.shards.privacy import left_in_addresses, left_in_texts
from transforms.shards.verify import verify


def problems(sample: Sample, dates_moved: bool = False) -> list[str]:
    looked = [*left_in_texts(sample, dates_moved), *left_in_addresses(sample)]
    assert sum(n for n, _ in looked) > 3
    return [wrong for _, wrong in looked if wrong]


def changed(sample: Sample, **fields: Any) -> Sample:
    return sample.model_copy(update=fields)


def test_a_sound_sample_tells_of_nobody() -> None:
    assert problems(picture(1)) == []
    assert problems(document(2)) == []


def test_a_name_in_a_text_is_found_and_not_quoted() -> None:
    found = problems(changed(document(1), document="Seen by Dr. Mockson, MRN 00412345."))
    assert found == ["document: holds ID, NAME"]


def test_dates_that_were_moved_are_no_dates_of_anybody() -> None:
    dated = changed(document(1), document="Compared with 2014-06-03.")
    assert problems(dated) == ["document: holds DATE"]
    assert problems(dated, dates_moved=True) == []
    assert problems(changed(document(1), document="Seen in January."), dates_moved=True) == ["document: holds DATE"]


def test_a_name_in_an_address_is_found() -> None:
    made = picture(1).provenance
    file = SourceFile(uri="x/Fakename_Testa/a.png", sha256="0" * 64, bytes=1)
    named = changed(picture(1), provenance=made.model_copy(update={"sources": (file,)}), subject="toy/Fakename_Testa")
    assert problems(named) == ["subject: names a person", "provenance.sources.0: names a person"]


def wrong(looked: Any) -> list[str]:
    return [message for _, message in looked if message]


def test_what_we_publish_has_no_words_in_its_headers() -> None:
    sample, members = packed(picture(1), 1, "train")
    assert sum(n for n, _ in left_in_headers(sample, members)) == sum(name.endswith("png") for name in members)
    assert wrong(left_in_headers(sample, members)) == []
    assert wrong(left_in_fields(sample)) == []


def with_words(chunk: str) -> bytes:
    info, exif = PngImagePlugin.PngInfo(), Image.Exif()
    if chunk == "text":
        info.add(b"tEXt", b"Comment\0Zzcanary", after_idat=True)
    exif[0x013B] = "Zzcanary"
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "png", pnginfo=info, **({"exif": exif} if chunk == "exif" else {}))
    return out.getvalue()


@pytest.mark.parametrize(("chunk", "told"), [("text", "Comment"), ("exif", "exif")])
def test_words_in_the_chunks_of_a_picture_are_found_and_not_quoted(chunk: str, told: str) -> None:
    found = wrong(left_in_headers(picture(1), {"png": with_words(chunk)}))
    assert found == [f"png: its header holds {told}"]


@pytest.mark.parametrize("field", ["descrip", "aux_file", "intent_name", "db_name"])
def test_words_in_a_header_of_nifti_are_found(field: str) -> None:
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.int16), np.eye(4))
    clean = deflate.gzip_compress(image.to_bytes(), 1)
    assert wrong(left_in_headers(picture(1), {"nii.gz": clean})) == []
    image.header[field] = b"Zzcanary"
    made = deflate.gzip_compress(image.to_bytes(), 1)
    assert wrong(left_in_headers(picture(1), {"nii.gz": made})) == [f"nii.gz: its header holds {field}"]


def test_an_extension_of_nifti_is_found() -> None:
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.int16), np.eye(4))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"Zzcanary"))
    made = deflate.gzip_compress(image.to_bytes(), 1)
    assert wrong(left_in_headers(picture(1), {"nii.gz": made})) == ["nii.gz: its header holds an extension"]


@pytest.mark.parametrize("name", ["PatientName", "patient_name", "StudyDate", "AccessionNumber", "dob", "first_name"])
def test_a_field_that_is_named_as_an_identifier_is_found(name: str) -> None:
    step = picture(1).provenance.steps[0]
    steps = (step.model_copy(update={"params": {name: "Zzcanary"}}),)
    made = picture(1).provenance.model_copy(update={"steps": steps})
    found = wrong(left_in_fields(changed(picture(1), provenance=made)))
    assert found == [f"provenance.steps.0.params.{name}: is named as what identifies a person"]


def test_writing_that_is_left_in_a_picture_is_found() -> None:
    sample = picture(1)
    shown = sample.media[0].model_copy(update={"geometry": MediaGeometry()})
    sample = changed(sample, media=(shown,))
    image = np.full((300, 400), 40, np.uint8)
    clean = {shown.name: cv2.imencode(".png", image)[1].tobytes()}
    assert list(left_in_pixels(sample, clean)) == [(1, "")]
    cv2.putText(image, "DOE JANE TEST", (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2, cv2.LINE_AA)
    drawn = {shown.name: cv2.imencode(".png", image)[1].tobytes()}
    assert wrong(left_in_pixels(sample, drawn)) == [f"{shown.name}: writing can be read in 1 places"]
    assert list(left_in_pixels(picture(1), drawn)) == []  # a slice of a volume in a patient
    curves = shown.model_copy(update={"kind": "signal", "name": "npy"})
    recording = changed(sample, media=(shown, curves))
    assert list(left_in_pixels(recording, drawn)) == []  # curves that we drew, with the names of channels


def test_with_privacy_all_that_was_looked_at_is_counted_and_pictures_are_spread_evenly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus().publish(tmp_path)
    asked: list[str] = []
    monkeypatch.setattr(
        "transforms.shards.verify.left_in_pixels", lambda sample, _: asked.append(sample.key) or [(1, "")]
    )
    report = verify(tmp_path, privacy=True, pictures=0)
    assert report.ok, report.problems
    parts = {f"privacy: {part}" for part in ("texts", "addresses", "fields", "headers", "pictures")}
    assert parts <= report.looked.keys()
    assert len(asked) == report.samples == report.looked["privacy: pictures"]
    asked.clear()
    assert verify(tmp_path, privacy=True, pictures=2).looked["privacy: pictures"] == len(asked) < report.samples
