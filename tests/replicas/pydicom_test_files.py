"""Some of pydicom's test files by name: slices, a still, a clip, an overlay, an ECG, and what is no image."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from tests.replicas import dicom

HERTZ, SAMPLES = 500, 1000


def outline() -> np.ndarray:
    """An overlay drawing: a closed square line whose inside is 13 x 13 pixels, and an open stroke."""
    plane = np.zeros((36, 40), np.uint8)
    plane[6:21, 10:25] = 1
    plane[7:20, 11:24] = 0
    plane[30, 2:12] = 1
    return plane


def with_overlay(name: str, kind: str = "G") -> Dataset:
    dataset = dicom.slice_of(name, (-10, -8, 4), BodyPartExamined="ABDOMEN")
    dataset.Modality, dataset.SOPClassUID = "MR", dicom.MR
    plane = outline()
    dataset.add_new((0x6000, 0x0010), "US", plane.shape[0])
    dataset.add_new((0x6000, 0x0011), "US", plane.shape[1])
    dataset.add_new((0x6000, 0x0040), "CS", kind)
    dataset.add_new((0x6000, 0x0050), "SS", [1, 1])
    dataset.add_new((0x6000, 0x0100), "US", 1)
    dataset.add_new((0x6000, 0x0102), "US", 0)
    dataset.add_new((0x6000, 0x3000), "OW", np.packbits(plane.ravel(), bitorder="little").tobytes())
    return dataset


def _note(meaning: str, group: int, **values: object) -> Dataset:
    note = Dataset()
    note.ConceptNameCodeSequence = [dicom.code(meaning)]
    note.ReferencedWaveformChannels, note.AnnotationGroupNumber = [1, 0], group
    for keyword, value in values.items():
        setattr(note, keyword, value)
    return note


def ecg(name: str) -> Dataset:
    """Two leads, 2 s at 500 Hz; intervals, a median beat (group 2) and one real beat (group 100)."""
    dataset = dicom.base(dicom.ECG, "ECG", name)
    wave = Dataset()
    wave.NumberOfWaveformChannels, wave.NumberOfWaveformSamples, wave.SamplingFrequency = 2, SAMPLES, HERTZ
    wave.WaveformBitsAllocated, wave.WaveformSampleInterpretation = 16, "SS"
    wave.ChannelDefinitionSequence = []
    for lead in ("Lead I (Einthoven)", "Lead II"):
        channel = Dataset()
        channel.ChannelSourceSequence = [dicom.code(lead)]
        wave.ChannelDefinitionSequence.append(channel)
    wave.WaveformData = np.zeros((SAMPLES, 2), np.int16).tobytes()
    dataset.WaveformSequence = [wave]
    milliseconds = [dicom.code("milliseconds", "ms", "UCUM")]
    dataset.WaveformAnnotationSequence = [
        _note("QT Interval", 1, NumericValue=368, MeasurementUnitsCodeSequence=milliseconds),
        _note("PP Interval", 1, NumericValue=0, MeasurementUnitsCodeSequence=milliseconds),
        _note("RR Interval", 1, NumericValue=0, MeasurementUnitsCodeSequence=milliseconds),
        _note("QRS Onset", 2, ReferencedSamplePositions=100),
        _note("QRS Offset", 2, ReferencedSamplePositions=150),
        _note("QRS Onset", 100, ReferencedSamplePositions=251),
        _note("QRS Offset", 100, ReferencedSamplePositions=301),
    ]
    return dataset


def build(root: Path) -> None:
    dicom.save(root, "CT_small.dcm", dicom.slice_of("CT_small", (-10, -8, 4)))
    dicom.save(root, "examples_overlay.dcm", with_overlay("examples_overlay"))
    dicom.save(root, "examples_palette.dcm", dicom.ultrasound("examples_palette"))
    dicom.save(root, "examples_ybr_color.dcm", dicom.ultrasound("examples_ybr_color", frames=3, inside=False))
    dicom.save(root, "waveform_ecg.dcm", ecg("waveform_ecg"))
    dicom.save(root, "test-SR.dcm", dicom.base(dicom.SR, "SR", "sr"))
    small = dicom.pixels(dicom.base(dicom.CT, "CT", "thumb"), np.zeros((16, 16), np.uint16))
    dicom.save(root, "dicomdirtests/77654033/thumb.dcm", small)
    seg = dicom.pixels(dicom.base(dicom.SEG, "SEG", "seg"), np.zeros((36, 40), np.uint8))
    dicom.save(root, "liver_1frame.dcm", seg)
