"""Two synthetic reports with their labels and token matches, laid out as radlabels lays them out."""

import json
from pathlib import Path

TEXTS = {
    "synth_0001": "FINAL REPORT\n FINDINGS: Heart is mildly enlarged. No pneumothorax.",
    "synth_0002": "FINAL REPORT\n Small left-sided pleural effusion may be present.",
}
TOKENS = {
    "synth_0001": "FINAL REPORT FINDINGS : Heart is mildly enlarged . No pneumothorax .",
    "synth_0002": "FINAL REPORT Small left - sided pleural effusion may be present .",
}
MATCHES = {
    "synth_0001": [
        {"disease": "cardiomegaly", "alias": "enlarged heart", "label": "definitely present", "start_ix": [7, 4]},
        {"disease": "cardiomegaly", "alias": "heart enlarged", "label": "definitely present", "start_ix": [4, 7]},
        {"disease": "pneumothorax", "alias": "pneumothorax", "label": "definitely absent", "start_ix": [10]},
    ],
    "synth_0002": [
        {"disease": "pleural_effusion", "alias": "pleural effusion", "label": "uncertain", "start_ix": [6, 7]}
    ],
}


def build(root: Path) -> None:
    (root / "synthetic_reports").mkdir(parents=True)
    for name, text in TEXTS.items():
        (root / "synthetic_reports" / f"{name}.txt").write_text(text)
    labels = {name: {m["disease"]: m["label"] for m in found} for name, found in MATCHES.items()}
    matches = {name: {"text": TOKENS[name], "matches": found} for name, found in MATCHES.items()}
    (root / "synthetic_labels.json").write_text(json.dumps(labels))
    (root / "synthetic_matches.json").write_text(json.dumps(matches))
