"""What else than names and dates tells who a text is about: numbers, telephones, addresses, institutions, high ages."""

_THING = (
    r"patient|hospital|accession|account|acct|visit|study|exam|case|chart|unit|report|order|insurance|"
    r"(?:insurance )?member|"
    r"(?:health )?plan|policy|subject|participant|encounter|specimen|badge|(?:scope |device )?serial|lot|"
    r"(?:driver['’]?s |medical )?licen[cs]e|(?:vehicle |licen[cs]e )?plate|passport|ref|reference|record|device|n\.?º"
)
_NUMBER = r"(?:id|identifier|number|num|no|nr|n\.?º|serial no|#)"
_NUMBERED = (
    rf"(?:{_THING}|NHS|medical record|medicare|beneficiary|social security)\.?[ \t-]*(?:{_NUMBER}\b\.?|\#)|MRN|"
    rf"NHS|MR\s?\#|accession|acc|acct|"
    r"medical record|SSN|PatientID|AccessionNumber|StudyID|PID|ID(?!\s*\d+\s*(?:mm|cm|um|µm|Fr)\b)|FIN|CSN|GMC|"
    r"NPI|DEA|tr(?=:)|"
    r"NHC|DNI|NIE|NUHSA|CIP|NASS|(?:n\.?º de )?historia(?: cl[ií]nica)?|n\.?º (?:de )?(?:colegiado|expediente|"
    r"afiliaci[oó]n|historia)|"
    r"tarjeta sanitaria"
)
_VALUE = (
    r"(?:[A-Z]{1,5}[ -])?(?=[\w/-]*\d{2})(?=(?:[^\W\d]|[/-])*\d(?:[^\W\d]|[/-])*\d(?:[^\W\d]|"
    r"[/-])*\d)[A-Z0-9][\w/-]{2,}(?:[ ]\d{2,})*"
)
_LONG_VALUE = (
    r"(?:[A-Z]{1,4}[ -](?=\d{4}))?(?:(?=[A-Z0-9-]*\d{2})(?=[A-Z\d-]*[A-Z])(?:[A-Z0-9]+-?)+(?<=\d)[A-Z]?|"
    r"\d{5,})(?![\w%]|\.\d|\s*(?:mm|cm|ml|HU))"
)
_WORD = r"[A-ZÁÉÍÓÚÑÄÖÜ][\w'’-]*"
_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square|Terrace|Crescent|Highway|Parkway|"
    r"Pike|Court|Ct|"
    r"Close|Place|Row|Way|Trail|Mews|Gardens|Grove|Circle|Turnpike|Walk)"
)
_TOWN = rf"{_WORD}(?:\s(?:de\s|del\s|la\s|of\s)*{_WORD}){{0,3}}"
_POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]{2}\s+\d{5}(?:-\d{4})?|\d{5}(?:-\d{4})?)"
_VIA = r"(?:C/|Calle|Avenida|Avda\.?|Av\.|Paseo|Plaza|Pza\.?|Camino|Carretera|Ronda|Travesía|Rúa|Carrer)"

_HEADS = (
    r"Hospital|Clinic|Infirmary|Hospice|Medical\s+Cent(?:er|re)|MEDICAL\s+(?:CENTER|CENTRE|CTR)|HOSPITAL|CLINIC|"
    r"INFIRMARY|"
    r"Cancer\s+(?:Institute|Cent(?:er|re))|Health\s+Cent(?:er|re)|Imaging\s+(?:Cent(?:er|re)|Associates|Partners|"
    r"Group)|"
    r"Radiology\s+(?:Partners|Associates|Group)|Nursing\s+Home|Care\s+Home|Rehabilitation(?:\s+Cent(?:er|re))?|"
    r"(?:Research|Eye|Heart|Cancer|Medical)\s+Institute|(?:Fire|Police)\s+Department|University|College|Academy|"
    r"(?:\w+\s+)?Laborator(?:y|ies)|Practice|Surgery\s+Cent(?:er|re)|Memorial|Outpatient|Campus|Foundation|Trust|"
    r"Cent(?:er|re)|Institute|School|Ltd\b\.?|Inc\b\.?|LLC|GmbH|Corp\b\.?|PLC|Pharmacy|Associates|Partners"
)
_PROPER = (
    r"(?!(?:American|National|World|European|International|Royal|British|German|French|Emergency|Department|"
    r"Division|Section|"
    r"Technique|Impression|Findings|Medical|Radiology|Surgical|Surgery|Interventional|Nuclear|Right|Left|Upper|"
    r"Lower|Dr|Drs|"
    r"Prof|Mr|Mrs|Ms|Dose|Dental|Clinical|Image|Joint|Reading|No|Each|Other|Another|This|These|Good|Best|Current|"
    r"Common|Stroke|Brain|Heart|Germinal|Growth|Health|Day|Call|Birth|Trauma|Poison|Reference|Training|Data|"
    r"Standard|General|University|Hospital|Outpatient|Location|Loc|Cardiac|Breast|Cancer)\b)"
)
_SAINTS = r"(?:(?:The|St\.?|Saint|Santa|Sta\.?)\s+)?"
INSTITUTION = (
    rf"\b{_SAINTS}{_PROPER}[A-Z][\w'’&-]+(?:[ ]+(?:(?:of|the|and|&|de|del|la|"
    rf"for)[ ]+)*[A-Z][\w'’&-]*){{0,4}}?[ ]+(?:{_HEADS})(?!\w)"
    r"(?:[ ]+(?:Hospital|Clinic|Center|Centre|Institute|Laboratory|Department|Partners|Associates|Foundation))?",
    r"\b(?:Hospital|Cl[ií]nica|Centro(?: de Salud| Médico)?|Policl[ií]nica|Instituto|Universidad|Ambulatorio|"
    r"Consultorio|Sanatorio|"
    r"Residencia|Talleres|Klinikum|Krankenhaus|Universitätsklinikum|Hôpital|Clinique|Ospedale|HOSPITAL|CL[IÍ]NICA)"
    r"(?:[ ]+(?:(?:de|del|la|las|los|el|San|Santa|St|the|of)[ ]+)*(?!(?:Course|Day|Stay|No|Number|"
    r"Tel)\b)[A-ZÁÉÍÓÚÑ][\w'’-]+){1,5}"
    r"(?:[ ]+S\.[LA]\.)?",
)

RULES: tuple[tuple[str, str], ...] = (
    ("EMAIL", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    ("URL", r"(?:https?://|www\.)[^\s)\]]+"),
    ("ID", r"(?<![\w@./])@[A-Za-z]\w{3,30}\b"),
    ("ID", r"(?<![\d.])\d+(?:\.\d+){5,}(?!\.?\d)"),  # a UID of DICOM
    ("ID", r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]*\d)"),
    ("ID", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    ("ID", r"(?<![\w-])(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]\b"),  # DNI and NIE of Spain
)
AFTER_DATES: tuple[tuple[str, str], ...] = (
    ("PHONE", r"(?i:\b(?:tel|phone|telephone|tel[eé]fono|tfno|fax|pager|paged at|page|ext|extension|mobile|"
              r"m[oó]vil|cell|home number|"
              r"number|at|on|en el)\b\.?(?:\s*(?:no|number)\.?)?[\s:#]*)"
              r"(?P<part>[+(]\d[\d\s().-]{5,}\d|\d{3}[\s.-]\d{3,4}(?:[\s.-]\d{3,4})?\b(?!\s*(?:mm|cm|x\b))|"
              r"\d{2,3}(?:[\s.-]\d{2,4}){2,4}\b)"),
    ("PHONE", r"(?i:\b(?:tel|phone|telephone|fax|pager|ext|extension|mobile|cell)\b\.?(?:\s*(?:no|number)\.?)?[\s:#]*)"
              r"(?P<part>[+(#]?\d[\d\s().-]{2,}\d)"),
    ("PHONE", r"(?i:\b(?:at|ext|extension)\s+)(?P<part>x\d{3,6})\b"),
    ("PHONE", r"(?<![\w.])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)[\s.-]?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?!\d)"),
    ("PHONE", r"(?<![\w.,-])\d{3}-\d{4}(?![\w-]|\.\d)"),
    ("PHONE", r"(?<!\w)\+\d{1,3}(?:[\s.-]?\(?\d{1,5}\)?){2,6}(?!\d)"),
    ("PHONE", r"(?<![\w.])(?:0\d{2,4}|[6789]\d\d)[ ]\d{3}[ ]\d{3,4}(?!\d)"),
    ("ADDRESS", rf"(?<!\w)\d{{1,5}}[A-Za-z]?\s+(?:{_WORD}\s+){{1,4}}{_STREET}\b\.?"
                rf"(?:,?\s+(?:Apt|Suite|Unit|Floor|Ste)\.?\s*#?\w+)?(?:,\s*{_TOWN})?(?:,?\s+{_POSTCODE})?"
                r"(?:\^+[\w ]+){0,5}"),
    ("ADDRESS", rf"(?<!\w){_VIA}\s*(?:(?:de|del|la|las|los|el)\s+)*{_WORD}(?:\s+(?:(?:de|del|la|las|los|"
                rf"y)\s+)*{_WORD}){{0,4}}"
                rf"(?:,?\s+(?:n\.?º\s*)?\d{{1,4}})?(?:,\s*\d+\.?º(?:\s*[A-Z]\b)?)?(?:,?\s*\d{{5}})?(?:,?\s+{_TOWN})?"),
    ("ADDRESS", r"(?<![\w-])[A-ZÄÖÜ][\wäöüß-]{2,40}(?:straße|strasse|weg|platz|allee|gasse)\s+\d+[a-z]?"
                r"(?:,?\s+\d{5}\s+[A-ZÄÖÜ][\wäöüß-]+)?"),
    ("ADDRESS", r"\b[A-Z][a-z]+,\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b"),
    ("ID", rf"(?i:(?<![\w-])(?:{_NUMBERED}))(?![\w-])[.:#=\s]*(?:(?i:is|on file|id|no|"
           rf"number)\b[.:#\s]*)?(?P<part>{_VALUE})"),
    ("ID", rf"(?i:(?<![\w-])(?:{_THING}))[.:#=]?[ \t]+(?P<part>{_LONG_VALUE})"),
    ("ID", r"(?m)(?:^(?:PID|PV1|NK1|ORC|OBR|IN1)\|[^\n]*?|(?<=\|))(?P<part>(?<=\|)[\d-]{5,})(?=[|^])"),
    ("ID", r"(?<![\w.,-])\d{7,}(?![\w-]|[.,]\d)"),
    ("ID", r"(?<![\w-])(?=[A-Z]*\d)(?:RN|SP|MR|PT|CT|ACC|HX)-\d{2}(?:-\d{2,})?\d{2,}\b"),
    ("AGE", r"(?<![\d.])(?P<part>9\d|1[01]\d)(?=[\s-]*(?:(?:years?|yrs?|y/?o|años)\b|y\.\s?o\.)[\s-]*(?:old|"
            r"of age|/|[mf]\b|,|\.)?)"),
    ("AGE", r"(?i:\b(?:aged?|age:|edad:?)\s+)(?P<part>9\d|1[01]\d)\b(?!\s*(?:mm|cm|days?|weeks?|months?|días|meses))"),
)  # fmt: skip
"""(kind, pattern), in the order in which they are looked for; of one with a `part`, that alone is what is meant."""
