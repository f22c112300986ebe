"""The first waveform of a DICOM file (PS3.3 A.34.3): (samples, channels) in mV."""

from pathlib import Path

import numpy as np

from raw import dicom_file
from schemas import Record
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels

TO_MILLIVOLT = {"uV": 1e-3, "mV": 1.0, "V": 1e3}


def decode(root: Path, record: Record) -> Pixels:
    with open_source(root, record.sources[0]) as file:
        dataset = dicom_file.dcmread(record.sources[0].uri, file)
    array = dataset.waveform_array(0)  # scaled by the channels' sensitivity
    for index, channel in enumerate(dataset.WaveformSequence[0].ChannelDefinitionSequence):
        unit = channel.ChannelSensitivityUnitsSequence[0].CodeValue
        if unit not in TO_MILLIVOLT:
            raise ValueError(f"channel {index} is in {unit!r}, not in one of {', '.join(TO_MILLIVOLT)}")
        array[:, index] *= TO_MILLIVOLT[unit]
    return Pixels(array.astype(np.float32), record.geometry, "mV")
