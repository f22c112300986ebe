"""Which words are names: of people, of diseases and devices called after people, or of neither."""

import re
from functools import cache
from importlib import resources
from typing import Literal

Kind = Literal["name", "eponym", "none", "word", "other"]
_NEVER_ENDS = re.compile(
    r"(?:ology|ologist|ologists|iatry|iatrics|surgery|surgical|graphy|grams?|scopy|ectomy|itis|osis|oma|omas|emia|uria|"
    r"pathy|plasty|tomy|ment|tion|sion|ness|ity|ance|ence|ical|ous|ing)$"
)
NEVER = frozenset(
    """
    a an the and or of at on in for with by to from who is was were has had have as this that these per via none not
    no chest abdomen pelvis brain head neck spine heart lung lungs liver kidney breast bone ct mri mr us pet xr cr
    dr ap pa findings impression technique comparison indication history exam examination study clinical conclusion
    report date normal left right upper lower axial coronal sagittal sign test disease syndrome splint fracture
    grade score method stain classification cyst tumor tumour catheter line criteria view phase type index law node
    nodes ring body tube phenomenon murmur duct canal lesion lesions artery vein steell flint supine prone unknown
    radiologist physician resident attending technologist department hospital clinic center centre staff upright
    service team office telephone phone pm am md do phd rn yes patient pathologist surgeon electronically signed
    frcr frcp frcs facr mbbs mbchb dds nursing committee rdcs rt pa-c fax
    consensus experts expert readers reader doctor nurse name dob mrn age sex male female id tel email accession
    number address he she it they his her their there then when while will be been are after before if but also no
    compared since prior previous same both all any each other another new old one two three first second third
    dear sir madam colleague colleagues everyone family daughter son wife husband mother father parents sister brother
    provider clinician consultant practitioner manager charge floor ward icu ed er micu nicu sicu or pacu unit room bed
    emergency intensive care primary internal family oncall on-call protocol request order orders guidelines society
    follow recommend recommended please call called paged addendum dictated transcribed reviewed approved verified
    finding image images series slice figure fig table arrow arrows arrowhead panel scan scans film films radiograph
    limited complete portable supine erect lateral frontal oblique ms mrs miss prof pt ref acc acct location loc
    procedure specimen diagnosis gross microscopic comment comments note notes history results result plan assessment
    medication medications allergies vitals review systems reason accessionnumber modality referring ordering wo w
    el la los las de del y en con por para un una se sin su al lo que no es dr dra sr sra don doña paciente
    informe hallazgos técnica fecha hospital servicio nhc dni sexo edad varón mujer impresión
    mm cm ml msec bpm year years yo old man woman boy girl infant baby fetus newborn child
    herr frau madame mme monsieur señora señor sister nurse tórax derivado derivada varón acude domicilio
    hi hello thanks thank sonographer endoscopist optometrist
    t1 t2 flair dwi adc spect spgr ivf dicom pacs
    """.split()
)
"""Never a part of a name in a report, whatever stands beside it but a title."""
GIVEN = frozenset(
    """
    grace iris may hope faith rose dawn april june joy ivy ruby pearl hazel lily daisy violet olive heather holly amber crystal
    autumn summer charity chase drew frank grant guy jack mark miles norm pat peter ray rich rob rod skip sterling victor will
    art bill bob chip clay cliff dale dean dick don earl eve gene ginger glen hunter jade jean lance max melody opal patience
    penny prudence robin rusty sandy scarlet stone sunny terry tiffany trinity ty wade
    """.split()
)
"""Given names that are words, too."""
NOUNS = frozenset(
    """
    disease diseases syndrome syndromes sign signs test tests murmur virus lymphoma sarcoma tumor tumors tumour tumours palsy
    palsies cyst cysts catheter catheters line lines tube tubes drain drains stent stents filter rod rods wire wires
    needle clamp splint cast collar traction fracture fractures dislocation lesion lesions deformity contracture
    classification class grade grades grading score scores scale stage stages staging index indices criteria criterion system
    angle method technique approach procedure operation repair stain staining staging node nodes nodule nodules ring
    rings web webs space pouch fossa triangle fascia ligament ligaments muscle canal duct ducts gland glands gyrus area
    fissure foramen aqueduct circle cells cell bodies body finger fingers line hernia hernias diverticulum units unit
    law effect phenomenon reflex triad pentad hump knob block fiber fibers fibre fibres bundle tract valve membrane layer
    zone zones point points view views position projection maneuver manoeuvre osteotomy prosthesis pin nail plate screw
    anomaly malformation malformations atrophy dystrophy ataxia chorea dementia encephalopathy thyroiditis arteritis
    granulomatosis neuropathy neuroma neuromas nephropathy vasculitis colitis esophagus oesophagus ulcer ulcers gangrene
    model filter filters coefficient distribution transform guidelines recommendations equation formula nomogram scanner
    detector camera microscope agar medium solution reaction factor antigen antibody bacillus abscess exophthalmos
    enfermedad síndrome signo quiste
    """.split()
)
"""What a name before it, or one word further, is the name of: of a thing and of nobody."""


@cache
def names() -> frozenset[str]:
    """Given names and surnames that are no other word, in lower case."""
    return _lines("names.txt")


@cache
def eponyms() -> frozenset[str]:
    """Names that stand for a thing as a rule, in lower case."""
    return _lines("eponyms.txt")


def _lines(file: str) -> frozenset[str]:
    text = (resources.files(__package__) / file).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def kind_of(word: str) -> Kind:
    """What a word is, whatever its case; of one with a hyphen, what any of its parts is."""
    plain = re.sub(r"['’]s$", "", word.strip(".,'’")).casefold()
    if plain in NEVER:
        return "none"
    if plain in eponyms():
        return "eponym"
    parts = [part for part in re.split(r"[-'’]", plain) if part]
    if any(part in eponyms() for part in parts):
        return "eponym"
    if plain in names() or (len(parts) > 1 and any(part in names() for part in parts)):
        return "name"
    return "word" if _NEVER_ENDS.search(plain) else "other"
