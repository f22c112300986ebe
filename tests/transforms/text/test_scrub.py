"""Personal data that was planted into reports is found; words of medicine are left alone."""

import re
from collections import Counter

import pytest

from transforms.text import dates, identifiers, people
from transforms.text.people.lists import names
from transforms.text.scrub import KINDS, scrub, scrubbed

# Invented people and numbers. <KIND|...> marks what must go, and nothing else may.
REPORTS = (
    "Firmado: <NAME|F. Inventado Ficticio>, colegiado <ID|28/41873>. Colegiada n.º <ID|281234>.",
    "Patient name: <NAME|Testa Fakename>. MRN: <ID|00412345>. DOB: <DATE|03/14/1951>. The heart is normal in size.",
    "EXAM: CT CHEST <DATE|2014-06-03>. COMPARISON: <DATE|May 12, 2013>. FINDINGS: A 12 mm nodule, right upper lobe.",
    "Findings were discussed with Dr. <NAME|Q. Mockson> by telephone at <PHONE|555-010-4477> on <DATE|June 3rd, 2014>.",
    "Dictated by: <NAME|Alba Sampleton>, MD. Electronically signed by <NAME|Placebo, Otto> on <DATE|12.04.2019 14:35>.",
    "Mrs. <NAME|Dummyperson> of <ADDRESS|12 Invented Hill Road, Nowhere, ZZ 00001>, e-mail <EMAIL|d.p@example.org>.",
    "Accession number <ID|ZZ-889123>. Referring physician: <NAME|Nemo Nullus>. No pneumothorax or effusion.",
    "The patient <NAME|John> presented with cough since <DATE|January>. <NAME|Maria Untel> interpreted for him.",
    "Frau <NAME|Musterfrau>, <ADDRESS|Testweg 7, 00000 Musterstadt>, Tel. <PHONE|+49 30 0000 1234>, <DATE|1.2.1948>.",
    "A <AGE|93>-year-old man. Call radiology at <PHONE|(555) 010-9921> with questions. Study <DATE|20140603>.",
    "DISCUSSED WITH DR. <NAME|FAKENAME> AT 5 PM. HEART SIZE IS NORMAL. NO FOCAL CONSOLIDATION.",
    "Unchanged since the study of <DATE|3 March 2012>; the 4 mm nodule of <DATE|03/2012> is stable.",
    "Reviewed by the attending radiologist, Dr. <NAME|Otto van der Proxy>. SSN <ID|000-12-3456>.",
    "Study UID <ID|1.2.826.0.1.3680043.8.498.1>. Reported by <NAME|Trial Human>, FRCR, pager <PHONE|55 01 22>.",
    "Drained by <NAME|J. Stone>, checked by <NAME|Pond>. She lives with <NAME|Honor> on <INSTITUTION|Kestrel Ward>.",
    "Wife of <NAME|Rain>; <NAME|Frost> has seen the films and will see <NAME|Testa Marrow>. <NAME|Field> agrees.",
    "From <INSTITUTION|Dummy General Hospital>, <ADDRESS|Nowheresby>. The teacher from <ADDRESS|Testingham> limps.",
    "Call <PHONE|(555) 010-4477x2235>. Stays at <ADDRESS|460 Nemo Valleys Suite 5, Fakeview>; brought by <NAME|Brook>.",
    "Se informa a <NAME|Mora>; cita con <NAME|Paredes> en <INSTITUTION|Sala San Falso>. Vive en <ADDRESS|Falsilla>.",
    "Image by <NAME|Bush>: a tear. <NAME|Testa Poor>, MRN <ID|00412345>. Courtesy of <NAME|Thomas>.",
    "<NAME|Anna Zzyzx> has a Baker cyst; <URL|www.example.org/x> says more.",
)  # fmt: skip

# Nothing of this is about a person.
MEDICAL = (
    "Parkinson disease, a Baker cyst, a Swan-Ganz catheter, Crohn disease, Hodgkin lymphoma and a Colles fracture.",
    "Virchow node, Kerley B lines, Hounsfield units, Graham Steell murmur, Thomas Test, Charcot-Marie-Tooth, Paget.",
    "Gleason 3+4 in 3/14 cores. Fuhrman grade 2. Ki-67 of 20%. T2N0M0, BI-RADS 4, L4-L5, C5/6, pT3.",
    "MR. Heart size is normal. MS. Lesions are seen. DR. Chest PA. CT chest. US liver. Iris, May sign, March fracture.",
    "A 3.2 x 2.1 cm mass; 62-year-old woman; ejection fraction 55%; b-value 1000; TE 90 ms; 1.5 T; SUVmax 12.4.",
    "Comparison: None. Indication: XXXX-year-old with ___. Findings were discussed with the referring physician.",
    "Hematoxylin and Eosin, Ziehl Neelsen, Masson Trichrome, Romanowsky; 1.25x, 400x. Wilms tumor. Ewing Sarcoma.",
    "Read by two radiologists. Reviewed by Pathology. Supine AP view. Patient Supine. Patient: Supine, Upright views.",
    "The limits of AHA for the QTc interval (Rautaharju et al., Circulation 2009).",
    "Aged 45. Follow-up in 6 months. Lesion 12 of 20, slice 88, image 1234. Apollo and Sirius were the scanners.",
    "Seen with Gadovist, read by Team, treated with Carboplatin; Stone in the ureter. Ward round; Intensive Care Ward.",
    "Compared With Prior. Lives with pain. Courtesy of time. Grade B. Small nodule. Hepatitis C. Marked fibrosis.",
    "Lymphoma, Ann Arbor II. ANN ARBOR stage III.",
    "After Billroth II, staged by Ann Arbor, graded by Gleason, assessed with Karnofsky. Pendiente de Biopsia.",
    "图中的器官是什么？ Se observa derrame pleural. Der Patient hat eine Zyste. Right Upper Lobe Nodule.",
)

MARKED = re.compile(r"<([A-Z]+)\|([^>]*)>")


def planted(marked: str) -> tuple[str, str]:
    """The report as published, and as it must be stored."""
    return MARKED.sub(r"\2", marked), MARKED.sub(r"[\1]", marked)


@pytest.mark.parametrize("marked", REPORTS)
def test_what_was_planted_is_gone(marked: str) -> None:
    published, wanted = planted(marked)
    assert scrub(published).text == wanted


@pytest.mark.parametrize("text", MEDICAL)
def test_words_of_medicine_stay(text: str) -> None:
    assert scrub(text).text == text


def counts() -> Counter[str]:
    """Of all that was planted and all that was taken out: right, missed, wrong."""
    found: Counter[str] = Counter()
    for marked in REPORTS:
        published, at, planted_at = MARKED.sub(r"\2", marked), 0, set()
        for match in MARKED.finditer(marked):
            start = match.start() - at
            at += len(match.group()) - len(match.group(2))
            planted_at.add((start, start + len(match.group(2)), match.group(1)))
        taken = set(scrub(published).found)
        found += Counter(right=len(planted_at & taken), missed=len(planted_at - taken), wrong=len(taken - planted_at))
    found["wrong"] += sum(len(scrub(text).found) for text in MEDICAL)
    return found


def test_precision_and_recall_on_what_was_planted() -> None:
    found = counts()
    assert found["right"] / (found["right"] + found["missed"]) >= 0.95, found
    assert found["right"] / (found["right"] + found["wrong"]) >= 0.95, found


def test_scrubbing_twice_is_scrubbing_once() -> None:
    for text in (*(planted(one)[0] for one in REPORTS), *MEDICAL):
        once = scrub(text).text
        assert scrub(once).text == once


def test_places_in_a_text_move_with_it() -> None:
    text = "Dr. Mockson saw an effusion on 2014-06-03, small."
    done = scrub(text)
    start = text.index("effusion")
    a, b = done.moved(start, start + len("effusion"))
    assert done.text[a:b] == "effusion"
    a, b = done.moved(4, 7)  # a part of the name: the whole of what stands for it
    assert done.text[a:b] == "[NAME]"
    assert done.moved(0, len(text)) == (0, len(done.text))


def test_values_of_a_table_keep_their_shape() -> None:
    told = {
        "questions": [{"question": "Did Dr. Mockson see an effusion?", "answer": "Mr. Nullus", "id": "12345678"}],
        "age": 54, "path": "p10/s12345678.txt", "note": "seen on 2014-06-03 by Dr. Mockson",
    }  # fmt: skip
    assert scrubbed(told) == {
        "questions": [{"question": "Did Dr. [NAME] see an effusion?", "answer": "Mr. [NAME]", "id": "12345678"}],
        "age": 54, "path": "p10/s12345678.txt", "note": "seen on [DATE] by Dr. [NAME]",
    }  # fmt: skip


def test_no_text_is_too_strange() -> None:
    for text in ("", "   ", "[NAME]", "Dr.", "Dr. \x00", "\ud7ff" * 5, "(" * 2000, "A " * 5000, "1" * 5000,
                 "a.b" * 9000 + "@", "A-" * 9000, "1.1" * 9000, "Anna " * 9000, "Jan " * 9000):  # fmt: skip
        assert isinstance(scrub(text).text, str)
    assert set(KINDS) >= {kind for one in REPORTS for kind, _ in MARKED.findall(one)}


def test_no_pattern_starts_a_run_of_hyphens_anew_at_each_of_them() -> None:
    """Steps go with the square of a text's length where a run of letters and hyphens may be of any length."""
    patterns = [pattern for _, pattern in (*identifiers.RULES, *identifiers.AFTER_DATES)]
    for pattern in (*patterns, *identifiers.INSTITUTION, *dates.RULES, people._CARET.pattern, people._FILE.pattern):
        assert not re.search(r"\[\\w[^\]\d ]*-\](?:[*+])(?![*+?])", pattern), pattern


def test_names_that_no_list_has_are_known_by_their_look() -> None:
    assert "schmockelbrandt" not in names()
    assert scrub("Drain out by hand; Schmockelbrandt agreed later.").text.startswith("Drain out by hand; [NAME]")
    assert scrub("The Pneumoconiosis of the Zwerchfell was Retroperitoneal.").found == ()
