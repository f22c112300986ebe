"""How a name is written: acronyms, numerals and persons keep their capitals, whatever their author typed."""

import re
from functools import lru_cache

WORDS = """
    AO AP BI-RADS CT DNA ECG ETDRS FLAIR HER2 HPV ISUP LVEF MLO MR MRI OCT PET PI-RADS PR PSA QRS QT QTc RR ST ST-T
    T1 T2 TI-RADS TNM X-ray H1N1 COVID-19 A172 BT-474 BV-2 HuH7 MCF7 SH-SY5Y SK-BR-3 SK-OV-3 Ki-67 CSAW-M RSNA IDRiD
    RALO CAMUS L1 L2 L3 L4 L5 S1 C2 C3 C4 C5 C6 C7 T9 T10 T11 T12 A2 CMRxMotion MosMed GlaS CAMELYON17 HU OncoTree
    Achilles Alzheimer Babesia Barrett Bietti Boston Bowen Bruch Cadiere Calot Chagas Coats Cobb Crohn Escherichia
    Eustachian Fallopian Fallot Faggott Fitzpatrick Gleason Harada Helicobacter Henle India Kaposi Kellgren-Lawrence
    Klebsiella Koyanagi Legionella Leishmania Merkel Modic Monk Parkinson Pfirrmann Schmorl Spitz Stargardt Sylvian
    Toxoplasma Trichomonas Vater Vogt Willis Wolff-Parkinson-White
"""
NUMBERED = re.compile(r"\b(?:segment|type) (?:[ivx]+(?: or [ivx]+)?)$")
LETTERED = re.compile(r"\b(?:grade|density) [a-e](?: to [a-e])?$|\b[pqrt] (?:wave|axis)\b|\b[bt] cells?\b")
_WORD = re.compile(r"\w+(?:-\w+)*")
_WRITTEN = {word.lower(): word for word in WORDS.split()}


@lru_cache(maxsize=1 << 13)
def spelled(name: str) -> str:
    """The name with its capitals: "st-t change" -> "ST-T change", "liver segment vii" -> "liver segment VII"."""
    for pattern, small in ((NUMBERED, r"\b(?!or\b)[ivx]+$|\b[ivx]+(?= or )"), (LETTERED, r"\b[a-et](?!\w)|\b[pqr]\b")):
        name = pattern.sub(lambda found: re.sub(small, lambda one: one.group().upper(), found.group()), name)  # noqa: B023
    return _WORD.sub(lambda found: _word(found.group()), name)


def _word(word: str) -> str:
    """ "covid-19", or the parts of "l1-l2"."""
    whole = _WRITTEN.get(word.lower())
    return whole or "-".join(_WRITTEN.get(part.lower(), part) for part in word.split("-"))
