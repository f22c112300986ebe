"""What stands beside a name in a text: titles, labels, roles, verbs, kin; patterns that end where a name begins."""

import re

KIN = (
    r"wife|husband|spouse|partner|son|daughter|sister|brother|mother|father|mom|dad|parents?|aunt|uncle|cousin|"
    r"niece|nephew|carer|cuidador[a]?|"
    r"grand(?:mother|father|son|daughter)|neighbou?r|friend|guardian|caregiver|boyfriend|girlfriend|fianc[eé]e?|"
    r"marido|esposa|esposo|mujer|hij[oa]|herman[oa]|madre|padre|pareja|suegr[oa]|niet[oa]|sobrin[oa]|vecin[oa]"
)
_TITLES = (
    r"Drs?|[Dd]octora?|Prof|Professor|Mr|Mrs|Ms|Miss|Mx|Herr|Frau|Madame|Mme|Monsieur|[Ss]eñor(?:a|ita)?|Sra?|"
    r"Srta|Dra|Docteure?|Pr|Professeure?|Mlle|Herrn|(?:Ober|Chef|Stations|Assistenz|Haus|Fach)(?:arzt|ärztin)|"
    r"Kolleg(?:e|in)|"
    r"Pfleger|Schwester|Sir|Dame|Lady|Father|Aunt(?:ie)?|Uncle|little|Little|"
    r"Don|don(?=[ \t]+[A-ZÁÉÍÓÚÑ])|[Dd]oña|Dña|Nurse|Sister|Chaplain|Rev|Pastor|Sgt|Capt|Lt|Baby (?:Boy|Girl)"
)
TITLE = re.compile(rf"\b(?:{_TITLES})\b\.?[ \t]+(?:(?:{_TITLES}|med|Emerit\w+)\b\.?[ \t]+)*")
MONSIEUR = re.compile(r"(?<![\w.])M\.[ \t]+")
"""Of French; "M. Crohn" and "M. tuberculosis" are none."""
TITLE_UPPER = re.compile(
    r"(?:\b(?:WITH|TO|BY|PER|FROM|CON|POR|A)[ \t]+(?:DRA?|DOCTORA?|PROF|MR|MRS|MS|SRA?)\b|"
    r"[:,;][ \t]+(?:DRA?|DOCTORA?|PROF|MRS)\b)\.?[ \t]+"
)
DOCTOR_UPPER = re.compile(r"\bDRA?\.[ \t]+(?=[^\W\d_]+[ \t]*(?:[.,;]?[ \t]*(?:\n|$)))")
_WHO = (
    r"patient(?:['’]?s)?(?:[ _]?name)?|pt|(?:full |last |first |family |given |maiden )?names?|surname|nombre|"
    r"apellidos|paciente|"
    r"refer(?:ring|red by|rer)?[ _]?(?:md|physician|doctor|clinician|provider)?(?:name)?|ref\.?[ ]?(?:md|by|"
    r"physician|doctor)|"
    r"order(?:ing|ed by)[ ]?(?:md|physician|doctor|clinician|provider)?|requesting (?:physician|doctor|clinician|"
    r"provider)|"
    r"attending(?: physician)?|radi[oó]log(?:ist|o|a)|resident|physician|provider|technologist|technician|"
    r"tech(?: initials)?|"
    r"surgeon|cirujano|sonographer|endoscopist|assistant|reading physician|interpreting physician|"
    r"performing physician|"
    r"pathologist|dentist|optometrist|mother|father(?: of baby)?|next of kin|emergency contact|guardian|attn|fdo|"
    r"firmado|"
    r"informa|informado por|maiden name|pcp|primary care(?: physician)?|investigator|author|dictated by|"
    r"transcribed by|"
    r"signed(?: by)?|electronically signed(?: by)?|operator|observer|grader|nurse|patientname|referringphysicianname|"
    r"performingphysicianname|operatorsname|responsable|médico|solicitante|solicitado por|anestesista|anesth?etist|"
    r"requested by|"
    r"patientin|untersucher(?:in)?|arzt|ärztin|hausarzt|befunder|überweiser|betr\.?|betreff|vorname|nachname|"
    r"médecin|radiologue|prescripteur|opérateur|signé|lu par|relu par|demandeur|nom|prénom|patiente|midwife|"
    r"transcribed"
)
LABEL = re.compile(rf"(?i:(?<![\w-])(?:{_WHO})[ \t]*[:=][ \t]*)(?:(?:{_TITLES})\b\.?[ \t]+)?")
BARE_LABEL = re.compile(
    r"(?i:(?<![\w-])(?:(?:pt|patient)(?:['’]?s)?[ _]name|name of (?:the )?patient|"
    r"nombre(?: y apellidos)?(?: del? (?:la )?"
    r"paciente)?|apellidos(?: y nombre)?|nom (?:de la |du )?patiente?|patientenname))[ \t]+(?=[^\W\d_])"
)
"""A label that is one without a colon, too."""
INITIALS = re.compile(
    r"(?i:(?<![\w-])(?:transcri(?:bed|ptionist|to)|typ(?:ed|ist)|dictated|dictado|initials|iniciales|"
    r"tech)(?: by| por)?)"
    r"[ \t]*[:/][ \t]*(?P<part>[a-zñ]{2,3}|[A-ZÑ]{2,3})(?=[ \t]*(?:[.,;/\n]|$))"
)
_ROLES = (
    r"assistant|surgeon|sonographer|endoscopist|radiologist|radiographer|technologist|technician|nurse|midwife|"
    r"registrar|"
    r"resident|consultant|fellow|pathologist|an(?:a?)esthetist|paramedic|crew|physician|intern|cardiologist|physio"
    r"(?:therapist)?|porter|driver|dentist|oncologist|neurologist|secretary|colleague|roommate|cirujan[oa]|"
    r"radiólog[oa]|"
    r"residente|enfermer[oa]|auxiliar|técnic[oa]|celador[a]?|matrona|anestesista|ayudante|endoscopista|compañer[oa]|"
    r"médic[oa]|especialista|secretari[oa]|patólog[oa]|paciente|patient"
)
ROLE = re.compile(rf"(?<![\w-])(?:{_ROLES})[ \t]+(?=[^\W\d_])")
"""In lower case, before a word with a capital."""
ROLE_HEAD = re.compile(rf"(?<![\w-])(?i:{_ROLES})[ \t]+(?=[^\W\d_])")
"""At the head of a sentence, too: what follows must look like a name."""
ASKED = re.compile(
    r"(?:(?:^|(?<=[.?!:\n]))[ \t]*(?:(?:What|Why|When|Where|How|Which \w+)[ \t]+)?"
    r"(?:[Dd]oes|[Dd]id|[Ii]s|[Ww]as|[Hh]as|[Hh]ad|[Ww]ill|[Cc]an|[Ss]hould)|¿(?:[^\W\d_]+[ \t]+){0,4}?(?:tiene|"
    r"tenía|está|"
    r"presenta|padece|sufre|de|a|con|Tiene|Está|Padece|Presenta))[ \t]+(?=[^\W\d_])"
)
"""A question about somebody: what follows must look like a name."""
ACTS = re.compile(
    r"(?:^|(?<=[.?!:\n]))[ \t]*(?:(?:What|Why|When|Where|How)[ \t]+)?(?:[Dd]oes|[Dd]id)[ \t]+(?=[^\W\d_])"
)
"""A question about what somebody does."""
MODAL = re.compile(
    r"\b(?:could|would|can|will|should|let|ask|asked|tell|told|remind)[ \t]+(?=[^\W\d_]+[ \t]+(?:look|check|see|"
    r"call|ask|tell|"
    r"send|come|review|have|bring|know|to|that)\b)"
)
NAMED = re.compile(
    r"(?i:\b(?:named|called|se llama|llamad[oa]|de nombre|whose name is|prénommée?|genannt|namens)[ \t]+)"
)
WEAK_LABEL = re.compile(
    rf"(?i:(?<![\w-])(?:re|cc|contact|from|to|with|by|reader|subject)[ \t]*:[ \t]*)(?:(?:{_TITLES})\b\.?[ \t]+)?"
)
THING_OF = re.compile(
    r"(?i:\b(?:maladie|signe|syndrome|síndrome|enfermedad|signo|punto|tumor|tumeur|quiste|kyste|fractur[ae]|hernia|"
    r"hernie|"
    r"divertículo|diverticule|tri[aá]ng(?:le|ulo)|ligne|línea|man(?:œ|oe)uvre|maniobra|point|test|prueba|score|"
    r"escala|échelle|"
    r"ligamento?|ganglio[n]?|nódulo|nodule|polígono|polygone|cellules?|células?|placas?|plaques?|corps|cuerpos?|"
    r"aguja|aiguille|"
    r"tinción|coloration|thyroïdite|anillo|anneau|espacio|bolsa|fosa|ley|loi|criterios?|critères?|clasificación|"
    r"classification)"
    r"[ \t]+(?:de[ \t]+|d['’]|del[ \t]+)|\b(?:morbus|M\.|typ|nach)[ \t]+)(?:[^\W\d_]+[ \t-]+)?$"
)
"""What stands before the name of a thing, where the language puts it there: maladie de Horton, Morbus Crohn."""
KIN_OTHERS = re.compile(
    r"\b(?:Ehe(?:frau|mann)|Mann|Tochter|Sohn|Schwester|Bruder|Mutter|Vater|Partner(?:in)?|Nachbar(?:in)?|"
    r"épouse|époux|mari|femme|fille|fils|s(?:œ|oe)ur|frère|mère|père|compagne|compagnon|voisine?|conjointe?)(?:,|"
    r"[ \t]\()?[ \t]*"
)
"""Beside these only what is like a name is one: a noun of German has a capital, too."""
_BY_OTHERS = (
    r"befundet|besprochen|gegengelesen|untersucht|unterzeichnet|durchgeführt|überwiesen|rücksprache|telefonat|"
    r"erstellt|"
    r"vidiert|réalisée?|relue?|lue?|revue?|validée?|signée?|demandée?|demande|adressée?|interprétée?|discutée?|"
    r"rédigée?"
)
VERB_OTHERS = re.compile(
    rf"(?i:\b(?:{_BY_OTHERS})\b[^.;:\n]{{0,40}}?\b(?:von|mit|durch|par|avec|du|de|"
    rf"à)[ \t]+)(?:(?:{_TITLES})\b\.?[ \t]+)?"
)
_BETWEEN = r"[^.;:\n]{0,40}?"
_WITH = (
    r"discuss\w*|review\w*|relay\w*|communicat\w*|spoke\w*|speaking|shar(?:ed|ing)|agree\w*|consult\w*|conferr?\w*|"
    r"follow(?:ed|ing)?[- ]?up|comentad[oa]|coment[aó]|consensuad[oa]"
)
_TO = (
    r"relay\w*|communicat\w*|report(?:ed)?|convey\w*|given|call(?:ed)?|phon(?:ed)?|telephoned|refer\w*|sent|paged|"
    r"faxed|"
    r"attention|page|dictated|comunicad[oa]|informad[oa]|remitid[oa]|avis(?:ad[oa]|a|amos|ó)"
)
_BY = (
    r"report(?:ed)?|read(?: back)?|dictated|interpreted|transcribed|reviewed|verified|signed|approved|requested|"
    r"ordered|"
    r"referred|performed|authored|authenticated|finali[sz]ed|typed|prepared|call(?:ed|s)?|placed|removed|"
    r"implanted|treated|"
    r"consented|enrolled|graded|annotated|submitted|confirmed|seen|inserted|drained|biopsied|operated|obtained|"
    r"witnessed|"
    r"counsell?ed|resected|scanned|notified|informed|review|addendum|electronically|care|"
    r"informad[oa]|remitid[oa]|derivad[oa]|realizad[oa]|firmad[oa]|valorad[oa]|solicitad[oa]|revisad[oa]|atendid[oa]"
)
_ARTICLE = r"(?:the[ \t]+)?(?:(?:attending|resident|radiologist|physician|technologist|chaplain|surgeon)[:, \t]+)?"
_A_TITLE = rf"(?:(?:{_TITLES}|DRA?|MR|MRS|MS)\b\.?[ \t]+)?"
VERB = re.compile(
    rf"(?i:\b(?:(?:{_WITH})\b{_BETWEEN}(?:\bwith|\bw/|\bcon)|(?:{_TO})\b{_BETWEEN}\b(?:to|a|al)|"
    rf"(?:{_BY})\b{_BETWEEN}\b(?:by|por|of))"
    rf"[: \t]+{_ARTICLE}){_A_TITLE}"
)
DIRECT = re.compile(
    r"(?:\b(?:Called|CALLED)[ \t]+|(?i:\b(?:paged|phoned|notified|informed|contacted|spoke (?:w/|with)|agree with|"
    r"per|voicemail for|wife of|"
    r"under the care of|at the request of|thank(?:ing)? you for (?:sending|referring|seeing|asking me to see)|"
    r"pleasure of (?:meeting|seeing)|thank you,?|saw|hi|hello|dear|thanks,|signed|clinic with|seen with))[ \t]+)"
    + _A_TITLE
)
AT = re.compile(r"(?i:\b(?:to|by|with)[ \t]+)(?=[^\W\d_]+[ \t]+(?i:at|@)[ \t]+\d)")
CLOSING = re.compile(
    r"(?i:\b(?:(?:yours |very )?(?:sincerely|truly|faithfully)(?: yours)?|(?:with )?(?:kind|best|warm)?[ ]?regards|"
    r"respectfully|atentamente|un saludo|cordialmente|saludos|freundlichen? grü(?:ß|ss)en?|viele grüße|"
    r"hochachtungsvoll|"
    r"(?:bien )?cordialement|bien à vous|confraternellement|salutations(?: distinguées)?|cheers|thanks|thx|ta|"
    r"gracias|merci)),?"
    r"(?:(?<=,)[ \t]+|[ \t]*\n+[ \t]*)"
)
KINSHIP = re.compile(rf"(?i:\b(?:{KIN})\b)(?:,|[ \t]+is|[ \t]+named)?[ \t]+")
DEGREE = re.compile(
    r"(?=[, \t][, \t/]*(?:M\.?D|D\.?O|Ph\.?D|FRCR|FRCP|FRCS|FACR|MBBS|MBChB|R\.?N|RT\(R\)|RDCS|RDMS|D\.?D\.?S|DMD|"
    r"PA-C|NP|CNM)\b)"
)
AFTER_SURE = re.compile(
    r"[ \t]+(?i:agrees?|concurs?|(?:is |was |were |has been |have been )?(?:aware|notified|informed|paged)|"
    r"(?:was|has been) (?:called|told|contacted)|both concur)\b"
)
BOTH = re.compile(
    r"[ \t]+(?i:(?:both |have |are |will |also |ambos )*(?:agreed?|concur(?:red)?|report(?:ed)?|confirm(?:ed)?|"
    r"reviewed|saw|"
    r"aware|discussed?|disagree|dictated|signed|notified|informed|coinciden|revisan|revisaron|informan|firman|"
    r"están de acuerdo|"
    r"are of (?:one|the same) (?:mind|opinion)))\b"
)
"""After two names."""
AFTER_PERSON = re.compile(
    r"[ \t]+(?i:refiere|slept|prefers?|wants?|says|said|thinks|thought|asked|asks|refused|consented|"
    r"is (?:anxious|keen|happy|"
    r"afraid|pregnant|asleep|awake|frail)|was (?:born|able to|unable to|sent home)|lives (?:with|in|at|alone)|"
    r"smokes|drinks|"
    r"complains|denies|forgets|limps|vomited|tolerated it|niega|prefiere|dice|no quiere|quiere|fuma|"
    r"vive (?:con|en|sola?)|llora|"
    r"duerme|durmió|vomitó|se (?:niega|queja)|camina)\b"
)
"""What people alone do."""
AFTER_LIKELY = re.compile(
    r"[ \t]+(?i:drained|gave|wrote|noted|noticed|came|knows|ingresa|ingresó|comenta|solicita|llama|llamó|vino|"
    r"tolera|no tolera|"
    r"pide|lo trae|la trae|ha llamado|ha venido|acudirá|vendrá|operará|informa|firma|rings|reports|walked|"
    r"declined|would like|"
    r"is (?:booked|scheduled)|has (?:agreed|consented|asked|filled|an appointment))\b|"
    r"[ \t]+(?i:saw|rang|phoned|called|slept|says|said|stopped|started|reviewed|took|wants|kindly|went home|feels|"
    r"will (?:call|ring|review|repeat|bring|see|operate|phone)|to (?:call|operate|review|chase)|kommt|hat angerufen|"
    r"acude|no acude|viene|a appelé|vient|est venue?|pls|please)\b|[ \t]+\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|"
    r"[ \t]+\d{4}\b"
)
"""After these a word that is like a name is one, at the head of a sentence, too."""
AGE = re.compile(r",?[ \t]*(?:is[ \t]+)?\(?(?:an?[ \t]+)?\d{1,3}[ -]?(?:years?|yo\b|y\.?/?o|años)")
