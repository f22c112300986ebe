"""What torchxrayvision makes of folders: `python chest_radiographs.py '{"nih_chestxray14": "/folder", ...}'`.

Runs in the oracles' own environment. Prints {data set: {image: {"labels": {name: 1, 0 or null}, "boxes": {name: corners
of each}}}}; null is a label that the loader leaves open. Of two sets what their loaders keep instead: scores, terms.
"""

import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _vision  # noqa: F401 - before torchvision
import numpy as np
import torchxrayvision as xrv

Found = dict[str, dict[str, Any]]


def _labels(dataset: Any, names: list[str]) -> Found:
    out: Found = {}
    for name, row in zip(names, dataset.labels, strict=True):
        own = out.setdefault(name, {"labels": {}, "boxes": {}})["labels"]
        for pathology, value in zip(dataset.pathologies, row, strict=True):
            own[str(pathology)] = None if np.isnan(value) else int(value)
    return out


def _boxes(found: Found, rows: Any, name: str, columns: tuple[str, ...], label: str | None) -> Found:
    """Adds the boxes of a loader's own table, as corners. `label`: its column; "" names all of them alike."""
    for row in rows.to_dict("records"):
        x, y, w, h = (row[column] for column in columns)
        if row[name] in found and not np.isnan(x):
            own = found[row[name]]["boxes"].setdefault(row[label] if label else "", [])
            own.append([x, y, x + w, y + h])
    return found


def nih(root: Path) -> Found:
    dataset = xrv.datasets.NIH_Dataset(
        str(root), csvpath=str(root / "Data_Entry_2017_v2020.csv"), bbox_list_path=str(root / "BBox_List_2017.csv"),
        views=["*"], unique_patients=False,
    )  # fmt: skip
    found = _labels(dataset, list(dataset.csv["Image Index"]))
    return _boxes(found, dataset.pathology_maskscsv, "Image Index", ("x", "y", "w", "h"), "Finding Label")


def google(root: Path) -> Found:
    found: Found = {}
    for part in ("validation", "test"):
        path = root / f"four_findings_expert_labels_{part}_labels.csv"
        rows = xrv.datasets.pd.read_csv(path).assign(**{"View Position": "PA"})  # the loader asks for a view
        rows.to_csv(root / "with_view.csv", index=False)
        dataset = xrv.datasets.NIH_Google_Dataset(
            str(root), csvpath=str(root / "with_view.csv"), views=["*"], unique_patients=False
        )
        found |= _labels(dataset, list(dataset.csv["Image Index"]))
    return found


def rsna(root: Path) -> Found:
    labels = root / "stage_2_train_labels.csv"
    headers = root / "headers.csv"
    ids = xrv.datasets.pd.read_csv(labels)["patientId"].drop_duplicates()
    xrv.datasets.pd.DataFrame({"PatientID": ids, "ViewPosition": "PA"}).to_csv(headers, index=False)
    dataset = xrv.datasets.RSNA_Pneumonia_Dataset(
        str(root), csvpath=str(labels), dicomcsvpath=str(headers), views=["*"], extension=".dcm"
    )
    found = _labels(dataset, list(dataset.csv["patientId"]))
    return _boxes(found, dataset.raw_csv, "patientId", ("x", "y", "width", "height"), None)


def chexpert(root: Path) -> Found:
    found: Found = {}
    for part in ("train", "valid"):
        path = root / f"CheXpert-v1.0-small/{part}.csv"
        dataset = xrv.datasets.CheX_Dataset(str(root), csvpath=str(path), views=["*"], unique_patients=False)
        found |= _labels(dataset, list(dataset.csv["Path"]))
    return found


def siim(root: Path) -> Found:
    rows = xrv.datasets.pd.read_csv(root / "train-rle.csv", dtype=str)
    rows[" EncodedPixels"] = rows[" EncodedPixels"].str.strip()  # as in the loader's own copy: " -1" is none, too
    rows.to_csv(root / "stripped.csv", index=False)
    dataset = xrv.datasets.SIIM_Pneumothorax_Dataset(
        str(root), csvpath=str(root / "stripped.csv"), unique_patients=False
    )
    return _labels(dataset, list(dataset.csv["ImageId"]))


def tuberculosis(folder: str) -> Callable[[Path], Found]:
    def read(root: Path) -> Found:
        dataset = xrv.datasets.NLMTB_Dataset(str(root / folder))
        return _labels(dataset, list(dataset.csv["fname"]))

    return read


def tbx11k(root: Path) -> Found:
    found: Found = {}
    for split in ("train", "val"):
        dataset = xrv.datasets.TBX11K_Dataset(str(root / "TBX11K"), split=split)
        names = list(dataset.csv["file_name"])
        found |= _labels(dataset, names)
        for name, boxes in zip(names, dataset.csv["bbox"], strict=True):
            found[name]["boxes"] = {"": [[x, y, x + w, y + h] for x, y, w, h in boxes]} if boxes else {}
    return found


def foreign_objects(root: Path) -> Found:
    dataset = xrv.datasets.ObjectCXR_Dataset(str(root / "train.zip"), str(root / "train.csv"))
    return _labels(dataset, list(dataset.csv["image_name"]))


def cohen(root: Path) -> Found:
    dataset = xrv.datasets.COVID19_Dataset(str(root / "images"), str(root / "metadata.csv"), views=["*"])
    pictures = set(dataset.csv["filename"][dataset.csv["folder"] == "images"])  # the rest are volumes
    return {name: own for name, own in _labels(dataset, list(dataset.csv["filename"])).items() if name in pictures}


def mimic(root: Path) -> Found:
    dataset = xrv.datasets.MIMIC_Dataset(
        str(root / "files"), csvpath=str(root / "mimic-cxr-2.0.0-chexpert.csv"),
        metacsvpath=str(root / "mimic-cxr-2.0.0-metadata.csv"), views=["*"], unique_patients=False,
    )  # fmt: skip
    return _labels(dataset, list(dataset.csv["dicom_id"]))


def padchest(root: Path) -> Found:
    table = root / "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"
    dataset = xrv.datasets.PC_Dataset(str(root), csvpath=str(table), views=["*"], unique_patients=False)
    return _labels(dataset, list(dataset.csv["ImageID"]))


def openi(root: Path) -> Found:
    packed = root / "reports.tgz"
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(root / "ecgen-radiology", "ecgen-radiology")
    dataset = xrv.datasets.Openi_Dataset(str(root / "NLMCXR_png"), str(packed), views=["*"], unique_patients=False)
    found: Found = {}
    for row in dataset.csv.to_dict("records"):
        found[f"{row['imageid']}.png"] = {key: row[key] for key in ("uid", "labels_major", "labels_automatic")}
    return found


def vindr(root: Path) -> Found:
    found: Found = {}
    for split in ("train", "test"):
        dataset = xrv.datasets.VinDr_Dataset(str(root / split), str(root / f"annotations/annotations_{split}.csv"))
        own = _labels(dataset, list(dataset.csv["image_id"]))
        rows = dataset.rawcsv.assign(w=lambda r: r.x_max - r.x_min, h=lambda r: r.y_max - r.y_min)
        found |= _boxes(own, rows, "image_id", ("x_min", "y_min", "w", "h"), "class_name")
    return found


def ralo(root: Path) -> Found:
    dataset = xrv.datasets.StonyBrookCOVID_Dataset(
        str(root / "CXR_images_scored"), str(root / "ralo-dataset-metadata.csv")
    )
    rows = zip(dataset.labels, dataset.csv["patientid"], strict=True)
    return {f"{n}.jpg": {"scores": [float(x) for x in row], "subject": name} for n, (row, name) in enumerate(rows)}


def brax(root: Path) -> Found:
    table = root / "master_spreadsheet_update.csv"
    dataset = xrv.datasets.BRAX_Dataset(str(root / "images"), csvpath=str(table), views=["*"], unique_patients=False)
    return _labels(dataset, list(dataset.csv["PngPath"]))


def chexlocalize(root: Path) -> Found:
    found: Found = {}
    for part in ("val", "test"):
        dataset = xrv.datasets.CheXlocalize_Dataset(
            str(root / "CheXpert"), csvpath=str(root / f"CheXpert/{part}_labels.csv"), views=["*"],
            unique_patients=False, pathology_masks=False,
        )  # fmt: skip
        found |= _labels(dataset, [f"CheXpert/{path}" for path in dataset.csv["Path"]])
    return found


READ: dict[str, Callable[[Path], Found]] = {
    "nih_chestxray14": nih, "nih_google": google, "rsna_pneumonia": rsna, "chexpert": chexpert, "siim_acr": siim,
    "montgomery": tuberculosis("MontgomerySet"), "shenzhen": tuberculosis("ChinaSet_AllFiles"), "tbx11k": tbx11k,
    "object_cxr": foreign_objects, "covid_chestxray_cohen": cohen, "mimic_cxr_jpg": mimic, "padchest": padchest,
    "openi_iuxray": openi, "vindr_cxr": vindr, "ralo_stonybrook": ralo, "brax": brax, "chexlocalize": chexlocalize,
}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps({name: READ[name](Path(root)) for name, root in json.loads(sys.argv[1]).items()}))
