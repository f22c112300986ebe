"""What else than names and dates tells who a text is about: numbers, telephones, addresses, institutions, high ages."""

_THING = (
    r"patient|hospital|accession|account|acct|visit|study|exam|case|chart|unit|report|order|insurance|"
    r"(?:insurance )?member|"
    r"(?:health )?plan|policy|subject|participant|encounter|specimen|badge|(?:scope |device )?serial|lot|"
    r"(?:health )?card|biobank|lab(?:oratory)?|hosp|sample|donor|tissue|dossier|login|"
    r"(?:driver['’]?s |medical )?licen[cs]e|(?:vehicle |licen[cs]e )?plate|passport|ref|reference|record|device|n\.?º"
)
_NUMBER = r"(?:id|identifier|number|num|no|nr|n\.?º|serial no|#)"
_NUMBERED = (
    rf"(?:{_THING}|NHS|medical record|medicare|beneficiary|social security)\.?[ \t-]*(?:{_NUMBER}\b\.?|\#)|MRN|"
    rf"NHS|MR\s?\#|accession|acc|acct|"
    r"medical record|SSN|PatientID|AccessionNumber|StudyID|PID|ID(?!\s*\d+\s*(?:mm|cm|um|µm|Fr)\b)|FIN|CSN|GMC|"
    r"NPI|DEA|tr(?=:)|"
    r"NHC|DNI|NIE|NUHSA|CIP|NASS|(?:n\.?º de )?historia(?: cl[ií]nica)?|n\.?º (?:de )?(?:colegiado|expediente|"
    r"afiliaci[oó]n|historia)|(?:n[úu]m(?:ero|\.)? (?:de )?)?colegiad[oa](?: (?:n\.?º|n[úu]m\.))?|"
    r"tarjeta sanitaria|CHI|NRIC|medicare|IPP|NIR|NSS|n°\s*(?:de )?(?:dossier|sécurité sociale|patient)|"
    r"(?:numéro )?(?:de )?sécurité sociale|"
    r"SVNR|(?:Fall|Pat(?:ienten)?|Versicherten|Versicherungs|Sozialversicherungs|Personalausweis|Aufnahme|Auftrags)"
    r"[.-]*\s*(?:nummer|nr)|Krankenkasse|Versicherte[rn]?"
)
_VALUE = (
    r"(?:[A-Z]{1,5}[ -])?(?=[\w/-]{0,40}\d{2})(?=(?:[^\W\d]|[/-])*\d(?:[^\W\d]|[/-])*\d(?:[^\W\d]|"
    r"[/-])*\d)[A-Z0-9][\w/-]{2,}(?:[ ]\d{2,})*(?:[ ]\d(?![\w.]|[ ][a-z]))?"
)
_LONG_VALUE = (
    r"(?:[A-Z]{1,4}[ -](?=\d{4}))?(?:(?=[A-Z0-9-]*\d{2})(?=[A-Z\d-]*[A-Z])(?:[A-Z0-9]+-?)+(?<=\d)[A-Z]?|"
    r"\d{5,})(?![\w%]|\.\d|\s*(?:mm|cm|ml|HU))"
)
_WORD = r"[A-ZÁÉÍÓÚÑÄÖÜ][\w'’-]{0,40}"
_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square|Terrace|Crescent|Highway|Parkway|"
    r"Pike|Court|Ct|"
    r"Close|Place|Row|Way|Trail|Mews|Gardens|Grove|Circle|Turnpike|Walk|Parade|Yard|Hill|Quay|Rise|Green)"
)
_PLACE = r"[A-ZÁÉÍÓÚÑÄÖÜ][^\W\d_]*(?:['’-][^\W\d_]+)*(?!\w)"
_TOWN = rf"{_PLACE}(?:[ \t](?:de[ \t]|del[ \t]|la[ \t]|of[ \t])*{_PLACE}){{0,3}}"
_POSTCODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|(?:[A-Z]{2}\s+)?[A-Z]\d[A-Z]\s?\d[A-Z]\d|[A-Z]{2,3}\s+\d{4}(?!\d)|"
    r"[A-Z]{2}\s+\d{5}(?:-\d{4})?|\d{5}(?:-\d{4})?|\d{4}(?!\w))"
)
_FLAT = r"(?:(?:Flat|Apt|Apartment|Unit|Suite|Room)\.?\s*\w{1,4},?\s+)?"
_LANE = (
    r"(?:Heights|Bend|Cove|Park|Vale|View|Path|Loop|Crossing|Gate|Gateway|Wharf|Mount|Meadow|Ridge|"
    r"Alley|Arcade|Esplanade|Bypass|Freeway|Plaza|Spur|Run|Glen|Dale|Brae|Wynd|Lea|Chase|Passage|"
    r"Promenade|Manor|Hollow|Common|Field|Knoll|Landing|Trace|Village|Center|Island|Point|Station|"
    r"Summit|Canyon|Creek|Grange|Garden|Garth|Bank|Side|Nook|Course|Cross|Corner|Route|Throughway|"
    r"Annex|Bayou|Beach|Bluff|Bottom|Branch|Bridge|Brook|Camp|Causeway|Cliff|Club|Crest|Crossroads|"
    r"Curve|Divide|Estate|Expressway|Extension|Fall|Ferry|Flat|Ford|Forest|Forge|Fork|Fort|"
    r"Harbou?r|Haven|Inlet|Isle|Junction|Key|Lake|Lock|Lodge|Loaf|Mall|Mill|Mission|Motorway|"
    r"Mountain|Neck|Orchard|Oval|Overpass|Pass|Pine|Plain|Prairie|Ramp|Ranch|Rapid|Rest|River|"
    r"Rue|Shoal|Shore|Skyway|Spring|Stravenue|Stream|Track|Trafficway|Tunnel|Underpass|Union|"
    r"Valley|Viaduct|Ville|Vista|Wall|Well)s?"
)
"""What is an address only where a town follows: the other street suffixes of the US Postal Service's Publication 28."""
_LIVED = (
    rf"(?=[^.\n]{{0,60}}?\d)(?:\d{{1,5}}[A-Za-z]?|{_PLACE}\.?)(?:,?[ ]+(?:(?:de|del|la|las|los|el|y|i|of|the|"
    rf"n\.º)[ ]+)*"
    rf"(?:\d{{1,5}}[A-Za-zº]?(?![\w-]{0, 20}[ ]?(?:years|años|mm|cm))|{_PLACE}))+(?:,?[ ]+{_POSTCODE})?"
)
"""Where somebody is said to live: names and numbers, one number at least."""
_ROAD = r"(?:Street|Road|Avenue|Lane|Drive|Close|Crescent|Terrace|Hill|Way)"
_RUE = r"(?:rue|avenue|av\.|boulevard|bd|place|impasse|allée|chemin|quai|route|cours|square)"
_OF = r"(?:(?:de|du|des|la|le|les|l['’]|d['’])\s*)*"
_VIA = (
    r"(?:C/|Cañada|Glorieta|Callejón|Pasaje|Alameda|Rambla|Urbanización|Vial|Vía|Cuesta de|Calle|Avenida|Avda\.?|"
    r"Av\.|Paseo|Plaza|Pza\.?|Camino|Carretera|Ronda|Travesía|Rúa|Carrer)"
)

_HEADS = (
    r"Hospital|Clinic|Infirmary|Hospice|Medical\s+Cent(?:er|re)|MEDICAL\s+(?:CENTER|CENTRE|CTR)|HOSPITAL|CLINIC|"
    r"INFIRMARY|"
    r"Cancer\s+(?:Institute|Cent(?:er|re))|Health\s+Cent(?:er|re)|Imaging\s+(?:Cent(?:er|re)|Associates|Partners|"
    r"Group)|"
    r"Radiology\s+(?:Partners|Associates|Group)|Nursing\s+Home|Care\s+Home|Rehabilitation(?:\s+Cent(?:er|re))?|"
    r"(?:Research|Eye|Heart|Cancer|Medical)\s+Institute|(?:Fire|Police)\s+Department|University|College|Academy|"
    r"(?:\w+\s+)?Laborator(?:y|ies)|Practice|Surgery\s+Cent(?:er|re)|Memorial|Outpatient|Campus|Foundation|Trust|"
    r"Cent(?:er|re)|Institute|School|Ltd\b\.?|Inc\b\.?|LLC|LLP|GmbH|Corp\b\.?|Co\.|Company|Bros\.?|Industries|"
    r"Foundry|PLC|Pharmacy|Associates|Partners"
)
_PROPER = (
    r"(?!(?:American|National|World|European|International|Royal|British|German|French|Emergency|Department|"
    r"Division|Section|"
    r"Technique|Impression|Findings|Medical|Radiology|Surgical|Surgery|Interventional|Nuclear|Right|Left|Upper|"
    r"Lower|Dr|Drs|"
    r"Prof|Mr|Mrs|Ms|Dose|Dental|Clinical|Image|Joint|Reading|No|Each|Other|Another|This|These|Good|Best|Current|"
    r"Common|Stroke|Brain|Heart|Germinal|Growth|Health|Day|Call|Birth|Trauma|Poison|Reference|Training|Data|"
    r"Standard|Works|Worked|Employer|Employed|Retired|Seen|Sent|Transferred|Admitted|From|At|To|With|Referred|"
    r"Biopsy|Lives|"
    r"General|University|Hospital|Outpatient|Location|Loc|Cardiac|Breast|Cancer)\b)"
)
_SORT = r"(?:Breast|Stroke|Eye|Burns?|Renal|Heart|Pain|Dialysis|Cancer|Spine|Imaging)"
_ENDS = r"(?=[ ]*(?:[.,;:)?!]|\n|$)|[ ]+(?:by|on|for|at|in|to|with|and)\b)"
_SAINTS = r"(?:(?:The|St\.?|Saint|Santa|Sta\.?)\s+)?"
_EMPLOYED = (
    r"(?:[Rr]etired from|[Ee]mployed (?:by|at)|[Ee]mployer:?|[Ww]ork(?:s|ed|ing|ing currently)? (?:at|for)|"
    r"used to \w+ (?:at|for)|"
    r"[Ee]mplead[oa] (?:de|en)|"
    r"[Tt]rabaj(?:a|ó|aba) (?:en|para)|[Jj]ubilad[oa] de|[Ee]mpresa:?|arbeitet bei|travaille chez)"
)
INSTITUTION = (
    r"\b[A-ZÁÉÍÓÚÑ][\w'’-]{1,40}(?:[ ]+(?:(?:de|del|y|e|la|los|and)[ ]+)*[A-ZÁÉÍÓÚÑ][\w'’-]{1,40}){0,4}[ ]+"
    r"(?:S\.[ALC]\.?(?:[A-Z]\.?){0,3}(?!\w)|(?:and|&)[ ]+Sons\b|(?:y|e)[ ]+(?:Hijos|Asociados)\b)",
    r"(?i:\b(?:at|for|from)[ ]+)(?P<part>[A-Z][\w'’]{1,40},[ ]+[A-Z][\w'’]{1,40}[ ]+and[ ]+[A-Z][\w'’]{1,40})(?![\w-])",
    rf"\b{_PROPER}[A-Z][\w'’&.-]{{0,40}}(?:[ ]+(?:&[ ]+)?[A-Z][\w'’&.-]{{0,40}}){{0,4}},[ ]+(?:Inc|Ltd|LLC|LLP|Corp|Co|"
    rf"L\.P|PLC|S\.A|S\.L)\b\.?",
    rf"{_EMPLOYED}[ ]+(?:the |la |el )?(?P<part>(?:The )?{_PROPER}[A-Z][\w'’-]{{1,40}}(?:[ ]+(?:(?:&|and|y|de|del|of|"
    rf"the)[ ]+)?[A-Z][\w'’-]{{1,40}})*"
    r"(?:,?[ ]+(?:Co|Inc|Ltd|Corp|Bros)\.?|,?[ ]+S\.[AL]\.(?:U\.)?)?)",
    rf"\b{_PROPER}(?:[A-Z][\w'’]+[ ]+){{1,3}}School[ ]+of[ ]+(?:Medicine|Dentistry|Nursing|Surgery)\b",
    r"\b(?:(?:University|Children['’]s|Women['’]s|General|Royal)[ ]+)?(?:Hospital|Infirmary)[ ]+(?:of|"
    r"for)[ ]+(?:the[ ]+)?"
    r"[A-Z][\w'’]+(?:[ ]+(?:and[ ]+)?[A-Z][\w'’]+){0,3}",
    rf"\b{_SAINTS}{_PROPER}[A-Z][\w'’&-]{{1,40}}(?:[ ]+[A-Z][\w'’&-]{{1,40}}){{0,2}}?[ ]+(?:{_SORT}[ ]+(?:Unit|"
    rf"Cent(?:er|re)|Clinic)|"
    r"(?:Skilled[ ]+)?Nursing[ ]+Facility|(?:Dental|Veterinary)[ ]+(?:Surgery|Practice))\b",
    rf"(?i:\b(?:at|from|to|in|of|"
    rf"by)[ ]+(?:the[ ]+)?)(?P<part>{_SAINTS}{_PROPER}[A-Z][\w'’&-]{{1,40}}(?:[ ]+[A-Z][\w'’&-]{{1,40}}){{0,2}}?[ ]+"
    rf"(?:General|Regional|Radiology|Imaging|Diagnostics|Surgery|Foundry|Mill|Works|District|Royal){_ENDS})",
    r"\b(?:Centre[ ]+[Hh]ospitalier(?:[ ]+[Uu]niversitaire)?|C\.?H\.?U\.?|Cabinet|Polyclinique|Praxis|Klinik|Spital|"
    r"Kreiskrankenhaus|Stadtkrankenhaus|MVZ|Centro[ ]+Médico)"
    r"[ ]+(?:(?:Dr\.?(?:[ ]+med\.?)?|am|an der|im|für|de la|de|du|des|del|d['’]|l['’]|Saint|Sainte|"
    r"St\.?)[ ]*)+[A-ZÀ-Ý][\w'’-]{1,40}(?:[ ]+[A-ZÀ-Ý][\w'’-]{1,40}){0,2}",
    rf"\b{_SAINTS}{_PROPER}[A-Z][\w'’&-]{{1,40}}(?:[ ]+(?:(?:of|the|and|&|de|del|la|"
    rf"for)[ ]+)*[A-Z][\w'’&-]{{0,40}}){{0,4}}?[ ]+(?:{_HEADS})(?!\w)"
    r"(?:[ ]+(?:Hospital|Clinic|Center|Centre|Institute|Laboratory|Department|Partners|Associates|Foundation))?",
    r"\b(?:Hospital|Cl[ií]nica|Centro(?: de Salud| Médico)?|Policl[ií]nica|Instituto|Universidad|Ambulatorio|"
    r"Consultorio|Sanatorio|"
    r"Residencia|Talleres|Klinikum|Krankenhaus|Universitätsklinikum|Hôpital|Clinique|Ospedale|HOSPITAL|CL[IÍ]NICA)"
    r"(?:[ ]+(?:(?:de|del|la|las|los|el|du|des|sur|am|an der|im|San|Santa|St|Saint|Sainte|Universitario|the|"
    r"of)[ ]+)*(?!(?:Course|Day|Stay|No|Number|"
    r"Tel)\b)[A-ZÁÉÍÓÚÑ][\w'’-]{1,40}){1,5}"
    r"(?:[ ]+S\.[LA]\.)?",
)

RULES: tuple[tuple[str, str], ...] = (
    ("EMAIL", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    ("URL", r"(?:https?://|www\.)[^\s)\]]+"),
    ("ID", r"(?<![\w@./])@[A-Za-z]\w{3,30}\b"),
    ("ID", r"(?<![\d.])\d+(?:\.\d+){5,}(?!\.?\d)"),  # a UID of DICOM
    ("ID", r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]*\d)"),
    ("ID", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    ("ID", r"(?<![\w.-])[A-Z]{1,3}\d{4}\.\d{3,}(?![\w.])"),
    ("ID", r"(?<![\w.-])[A-Z]{2}\d{2}[ ][A-Z]{3}(?![\w-])"),  # a plate of Britain
    ("ID", r"(?<![\w-])(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]\b"),  # DNI and NIE of Spain
)
AFTER_DATES: tuple[tuple[str, str], ...] = (
    ("PHONE", r"(?i:\b(?:tel|phone|telephone|tel[eé]fono(?: de contacto| m[oó]vil| fijo)?|t[eé]l[eé]phone|"
              r"t[eé]l|telefon|tfno|fax|pager|paged at|"
              r"page|ext|extension|mobile|handy|mobil|portable|bleep|"
              r"m[oó]vil|cell|home number|"
              r"number|at|on|en el|al|au|unter)\b\.?(?:\s*(?:no|number)\.?)?[\s:#]*)"
              r"(?P<part>[+(]\d[\d\s().-]{5,}\d(?:[ ]?(?:x|ext\.?)[ ]?\d{2,6})?|"
              r"\d{3}[\s.-]\d{3,4}(?:[\s.-]\d{3,4}(?:x\d{2,6})?)?\b(?!\s*(?:mm|cm|x\b))|"
              r"\d{2,3}(?:[\s.-]\d{2,4}){2,4}\b)"),
    ("PHONE", r"(?i:\b(?:t[eé]l|phone|telephone|telefon|fax|pager|ext|extension|mobile|cell|handy|"
              r"bleep)\b\.?(?:\s*(?:no|number)\.?)?[\s:#]*)"
              r"(?P<part>[+(#]?\d[\d\s().-]{2,}\d)"),
    ("PHONE", r"(?i:\b(?:at|ext|extension)\s+)(?P<part>x\d{3,6})\b"),
    ("PHONE", r"(?<![\w.])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)[\s.-]?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?:[ ]?(?:x|"
        r"ext\.?)[ ]?\d{2,6})?(?!\d)"),
    ("PHONE", r"(?<![\w.,])[679]\d\d\.\d{3}\.\d{3}(?![\w.,]\d)"),
    ("PHONE", r"\((?P<part>\d{3}[ .-]\d{4})\)"),
    ("PHONE", r"(?<![\w.,-])\d{3}-\d{4}(?![\w-]|\.\d)"),
    ("PHONE", r"(?<!\w)\+\d{1,3}(?:[\s.-]?\(?\d{1,5}\)?){2,6}(?!\d)"),
    ("PHONE", r"(?<![\w.])(?:0\d{2,4}|[6789]\d\d)[ ]\d{3}[ ]\d{3,4}(?!\d)"),
    ("PHONE", r"(?<![\w.,/-])(?=(?:[ ().\/-]{0,2}\d){9,12}(?![\d]))(?:\(0\d{1,4}\)|0\d{1,5})[ ./-]{1,2}\d{2,8}"
              r"(?:[ ./-]\d{2,8}){0,4}(?!\w|[.,]\d|\s*(?:mm|cm|ml|HU)\b)"),
    ("PHONE", r"(?<![\w.,/-])[6789]\d(?:\d(?:[ .-]\d\d){3}|[ .-]\d{3}[ .-]\d\d[ .-]\d\d)(?!\w|[.,]\d)"),
    ("ADDRESS", rf"(?<!\w){_FLAT}\d{{1,5}}(?:/\d{{1,4}})?[A-Za-z]?\s+(?:{_WORD}\s+){{1,4}}{_STREET}\b\.?"
                rf"(?:,?\s+(?:Apt|Suite|Unit|Floor|Ste)\.?\s*#?\w+)?(?:,\s*{_TOWN})?(?:,?\s+{_POSTCODE})?"
                r"(?:\^+[\w ]+){0,5}"),
    ("ADDRESS", rf"(?<!\w){_FLAT}\d{{1,5}}[A-Za-z]?\s+(?:{_WORD}\s+){{1,4}}{_LANE}(?:\s+(?:Apt|Suite|Unit|"
        rf"Ste)\.?\s*#?\w+)?,\s*{_TOWN}(?:,?\s+{_POSTCODE})?"),
    ("ADDRESS", rf"(?<!\w)(?:The\s+)?(?:{_WORD}\s+){{1,3}}?{_WORD},\s+(?:{_WORD}\s+){{1,3}}?{_ROAD},\s+{_TOWN}"
                rf"(?:,?\s+{_POSTCODE})?"),
    ("ADDRESS", rf"(?i:\b(?:P\.?\s?O\.?\s+Box|Postfach|"
                rf"Apartado(?:\s+de\s+correos)?))\s+\d+(?:,\s*{_TOWN})?(?:,?\s+{_POSTCODE})?"),
    ("ADDRESS", rf"(?<![\w.,])\d{{1,4}}(?:\s?(?:bis|ter))?,?\s+(?i:{_RUE})\s+{_OF}{_WORD}(?:\s+{_OF}{_WORD}){{0,4}}"
                rf"(?:,?\s+\d{{5}}(?:\s+{_TOWN})?)?"),
    ("ADDRESS", rf"\b(?:Am|An der|An den|Auf der|Auf dem|Im|In der|Zum|Zur|Unter den|"
                rf"Hinter der)\s+{_WORD}\s+\d{{1,3}}[a-z]?,\s+"
                rf"\d{{4,5}}\s+{_TOWN}"),
    ("ADDRESS", rf"(?<!\w){_VIA}\s*(?:(?:de|del|la|las|los|el|do|da|dos|das)\s+)*{_WORD}(?:\s+(?:(?:de|del|la|"
                rf"las|los|"
                rf"y)\s+)*{_WORD}){{0,4}}"
                rf"(?:,?\s+(?:n\.?º\s*)?\d{{1,4}}(?!\d))?(?:,\s*\d+\.?º(?:\s*(?:[A-Z]\b|izda?\.?|"
                rf"dcha?\.?))?)?(?:,?\s*\d{{5}})?(?:,?\s+{_TOWN})?"),
    ("ADDRESS", r"(?<![\w-])[A-ZÄÖÜ][\wäöüß-]{2,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|"
                r"ufer)\s+\d+[a-z]?"
                r"(?:,?\s+\d{4,5}\s+[A-ZÄÖÜ][\wäöüß-]{1,40})?"),
    ("ADDRESS", rf"\b(?:of|at|from)[ ]+(?P<part>\d{{1,5}}(?:[ ]{_PLACE}){{2,3}},[ ]+{_TOWN}(?:,?[ ]+{_POSTCODE})?)"),
    ("ADDRESS", rf"(?:[Ll]iv(?:es|ing|ed) (?:at|in)|[Rr]esid(?:es|ing|ent) (?:at|in)|[Vv]iv(?:e|ía) en|"
                rf"[Rr]esid(?:e|ente) en|"
                rf"[Vv]ecin[oa] de|[Dd]omiciliad[oa] en|[Aa]ddress:?|[Dd]omicilio:?|"
                rf"[Dd]irección:?)[ ]+(?P<part>{_LIVED})"),
    ("ADDRESS", r"\b[A-Z][a-z]+,\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b"),
    ("ID", rf"(?i:(?<![\w-])(?:{_NUMBERED}))(?![\w-])[.:#=\s]*(?:(?i:is|on file|id|no|"
           rf"number)\b[.:#\s]*)?(?P<part>{_VALUE})"),
    ("ID", rf"(?i:(?<![\w-])(?:{_THING}))[.:#=]?[ \t]+(?P<part>{_LONG_VALUE})"),
    ("ID", r"(?m)(?:^(?:PID|PV1|NK1|ORC|OBR|IN1)\|[^\n]*?|(?<=\|))(?P<part>(?<=\|)[\d-]{5,})(?=[|^])"),
    ("ID", r"(?<![\w.,-])\d{7,}(?![\w-]|[.,]\d)"),
    ("ID", r"(?<![A-Za-z\d])(?:MRN|PID|UHID|NHC|NHS|SSN|ACC)[_-]?\d{4,}(?!\d)"),
    ("ID", r"(?<![\w-])[A-Z]{1,4}\d{6,}[A-Z]?(?![\w-])"),
    ("ID", r"(?<![\w-])[A-Z]{1,4}-?\d{2,4}[-/]\d{3,}(?![\w-])"),
    ("ID", r"(?<![\d.])[12][ ]?\d\d[ ]?\d\d[ ]?\d[\dAB][ ]?\d{3}[ ]?\d{3}(?:[ ]?\d\d)?(?!\d)"),  # a NIR of France
    ("ID", r"(?<!\w)#\d{4,}(?!\w)"),
    ("ID", r"(?i:\b(?:log-?in|user(?:[ ]?(?:name|id))?|"
           r"account)[: ]+(?:is )?)(?P<part>(?=[\w.-]{0,40}[A-Za-z])[\w.-]{0,40}\d[\w.-]{0,40}\w)"),
    ("ID", r"(?<![\w-])(?=[A-Z]*\d)(?:RN|SP|MR|PT|CT|ACC|HX)-\d{2}(?:-\d{2,})?\d{2,}\b"),
    ("AGE", r"(?<![\d.])(?P<part>9\d|1[01]\d)(?=[\s-]*(?:(?:years?|yrs?|y/?o|años|ans|jahren?|jährige[rnsm]?|"
            r"Jahren?)\b|y\.\s?o\.)[\s-]*(?:old|"
            r"of age|/|[mf]\b|,|\.)?)"),
    ("AGE", r"(?i:\b(?:aged?|age:|edad:?)\s+)(?P<part>9\d|1[01]\d)\b(?!\s*(?:mm|cm|days?|weeks?|months?|días|"
            r"meses))"),
)  # fmt: skip
"""(kind, pattern), in the order in which they are looked for; of one with a `part`, that alone is what is meant."""
