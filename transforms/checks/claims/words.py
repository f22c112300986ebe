"""The words that the claim check understands, apart from the concepts. What is in none of these tables is not
understood, and nothing is called supported in a clause that has such a word."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


_COUNTING = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty"""
NUMBER_WORDS = {word: value for value, word in enumerate(_COUNTING.split())}

# How to read a unit: the unit of facts, and the factor to it.
UNITS: dict[str, tuple[str, float]] = {
    "mm": ("mm", 1), "millimetre": ("mm", 1), "millimeter": ("mm", 1), "millimetres": ("mm", 1),
    "millimeters": ("mm", 1),
    "cm": ("mm", 10), "centimetre": ("mm", 10), "centimeter": ("mm", 10), "centimetres": ("mm", 10),
    "centimeters": ("mm", 10), "µm": ("mm", 1e-3), "μm": ("mm", 1e-3), "um": ("mm", 1e-3),
    "mm²": ("mm2", 1), "mm2": ("mm2", 1), "mm^2": ("mm2", 1), "sq mm": ("mm2", 1), "square millimetres": ("mm2", 1),
    "square millimeters": ("mm2", 1), "square mm": ("mm2", 1), "cm²": ("mm2", 100), "cm2": ("mm2", 100),
    "cm^2": ("mm2", 100), "sq cm": ("mm2", 100), "square cm": ("mm2", 100), "square centimetres": ("mm2", 100),
    "square centimeters": ("mm2", 100), "mm³": ("mL", 1e-3), "mm3": ("mL", 1e-3), "mm^3": ("mL", 1e-3),
    "cubic millimetres": ("mL", 1e-3), "cubic millimeters": ("mL", 1e-3), "ml": ("mL", 1), "cc": ("mL", 1),
    "cm³": ("mL", 1), "cm3": ("mL", 1), "cm^3": ("mL", 1), "cubic centimetres": ("mL", 1),
    "cubic centimeters": ("mL", 1),
    "millilitre": ("mL", 1), "milliliter": ("mL", 1), "millilitres": ("mL", 1), "milliliters": ("mL", 1),
    "px": ("px", 1), "pixel": ("px", 1), "pixels": ("px", 1), "px²": ("px2", 1), "px2": ("px2", 1),
    "square pixels": ("px2", 1), "hu": ("HU", 1), "hounsfield units": ("HU", 1), "hounsfield unit": ("HU", 1),
    "pieces": ("pieces", 1), "separate pieces": ("pieces", 1), "connected pieces": ("pieces", 1),
    "bpm": ("bpm", 1), "beats per minute": ("bpm", 1), "ms": ("ms", 1), "milliseconds": ("ms", 1), "msec": ("ms", 1),
    "seconds": ("ms", 1000), "s": ("ms", 1000), "degrees": ("degrees", 1),
    "degree": ("degrees", 1), "°": ("degrees", 1), "%": ("%", 1), "percent": ("%", 1), "per cent": ("%", 1),
}  # fmt: skip

GREATER = (
    "more than",
    "greater than",
    "larger than",
    "longer than",
    "over",
    "exceeding",
    "at least",
    "above",
    ">",
    "≥",
)
LESS = ("less than", "smaller than", "shorter than", "under", "below", "at most", "up to", "<", "≤")


def _table(**roles: str) -> dict[str, str]:
    """{phrase: role} of `role="phrase|phrase"`; the first "_" of a role stands for ":"."""
    return {phrase: role.replace("_", ":", 1) for role, text in roles.items() for phrase in text.split("|")}


_AXES = _table(
    m_long_axis="long axis|longest axis|major axis|long-axis diameter|long axis diameter|longest dimension|length",
    m_short_axis="short axis|shortest axis|minor axis|short axis diameter|perpendicular diameter|width",
    m_diameter="diameter|longest diameter|largest diameter|maximum diameter|maximal diameter|greatest diameter|across|"
    "largest in plane diameter|maximum in plane diameter|greatest dimension|largest dimension|maximum dimension",
    m_area="area|surface area|cross sectional area|areas",
    m_volume="volume|total volume",
    m_intensity="mean attenuation|average attenuation|attenuation|mean density|mean intensity|mean value|mean hu",
)  # fmt: skip
_INNER = {f"{prep} {det}{phrase}": role for phrase, role in _AXES.items() for prep in ("in", "along", "on")
          for det in ("", "its ", "the ", "their ")}  # fmt: skip

PHRASES: dict[str, str] = {
    **_AXES, **_INNER,
    **_table(
        m_size="in size|in extent|large|long|wide|sized", m_distance="distance|distances|apart|distant",
        m_gap="gap|gap of", m_rating="rating|rated|rate|rates|score|scored|scores|ratings|average rating|mean rating",
        m_box_width="width of its box|width of the box|width of their box",
        m_box_height="height of its box|height of the box|height of their box",
        m_turned_long="longer side of its box|longer side of the box|longer side of their box",
        m_turned_short="shorter side of its box|shorter side of the box|shorter side of their box",
        mark_box="marked with a box|marked by a box|marked with boxes|marked by boxes",
        mark_point="marked by a point|marked with a point|marked by points|marked with points",
        mark_line="marked with a line|marked by a line|marked with lines|marked by lines",
        mark_circle="marked with a circle|marked by a circle|marked with circles|marked by circles",
        mark_ellipse="marked with an ellipse|marked by an ellipse|marked with ellipses|marked by ellipses",
        m_circle_diameter="diameter of its circle|diameter of the circle|diameter of their circle",
        m_ellipse_long="longer axis of its ellipse|longer axis of the ellipse|longer axis of their ellipse",
        m_ellipse_short="shorter axis of its ellipse|shorter axis of the ellipse|shorter axis of their ellipse",
        m_angle="angle|angle at|angle between",
        rank_largest_box="with the largest box",
        m_whole="over the whole scan|in the whole scan",
        m_by="by a rule|by a model",
        m_count="number of|count of|a total of|total of|the number of",
        m_scale="long by short axis|long axis by short axis|long axis and short axis",
        neg_pre="no|without|absence of|the absence of|free of|free from|lacks|lack|lacking|devoid of|negative for|"
        "no evidence of|no sign of|no signs of|without evidence of|neither|nor|lack of|none of",
        neg_post="absent|is absent|are absent|not seen|not visible|not present|not shown|not identified|not detected|"
        "not visualised|not visualized|not depicted|not found|not observed|not demonstrated",
        neg_not="not|cannot|never",
        pos_post="is seen|are seen|is present|are present|is shown|are shown|is visible|are visible|"
        "is under way|are under way",
        rel_inside="in|within|inside|inside of|contained in|contained within|embedded in|enclosed in|enclosed by",
        rel_of="of|through|at the level of",
        rel_contains="contains|contain|containing|harbours|harbors|harbouring|harboring|encloses|enclosing",
        rel_with="with|has|have|shows|show|demonstrates|bears|having|includes",
        rel_adjacent="adjacent to|directly adjacent to|immediately adjacent to|next to|directly next to|beside|abuts|"
        "abut|abutting|touches|touch|touching|borders|border on|bordering|in contact with|in direct contact with|"
        "contacts|borders on|lies against|rests against",
        rel_both_adjacent="adjacent to each other|adjacent|next to each other|touch each other|"
        "in contact with each other",
        cmp_larger="larger than|bigger than|larger in area than|greater than|larger in size than|greater in area than|"
        "exceeds|exceeds in area|has a larger area than|covers a larger area than|covers more of the image than|exceed",
        cmp_smaller="smaller than|smaller in area than|smaller in size than|has a smaller area than|less than|"
        "covers a smaller area than|covers less of the image than",
        cmp_twice="twice as large as|twice the size of|twice the area of|double the size of|double the area of",
        cmp_half="half as large as|half the size of|half the area of",
        cmp_times="times as large as|times larger than|times the size of|times the area of|times bigger than|"
        "times as big as|times that of|times as large in area as",
        cmp_rtimes="times smaller than|times as small as",
        rel_from="from|away from", rel_to="to", rel_between="between",
        rank_largest="largest|biggest", rank_smallest="smallest",
        hedge_uncertain="uncertain|uncertain on|uncertain about|undetermined|indeterminate|equivocal|equivocal for",
    ),
}  # fmt: skip

PLANES = {
    "axial": "axial", "transverse": "axial", "transaxial": "axial", "axially": "axial", "coronal": "coronal",
    "frontal": "coronal", "sagittal": "sagittal",
}  # fmt: skip

# Names of modalities that a label space may not list; a name that it does list goes first.
MODALITIES = {
    "ct": "ct|ct scan|cat scan|computed tomography|computed tomographic",
    "mr": "mr|mri|mri scan|magnetic resonance|magnetic resonance imaging|magnetic resonance image",
    "us": "ultrasound|ultrasonography|sonography|sonogram|ultrasonogram|echography",
    "op": "fundus photograph|fundus photography|ophthalmic photography|retinal photograph",
    "sm": "histopathology|histology|slide microscopy|brightfield microscopy",
    "fm": "fluorescence microscopy",
    "ecg": "ecg|ekg|electrocardiogram|electrocardiography",
    "nm": "nuclear medicine|scintigraphy|scintigram",
    "pt": "pet|pet scan|positron emission tomography",
    "cr": "radiograph|radiography|plain film|x ray|computed radiography",
    "mg": "mammogram|mammography",
    "doc": "radiology report",
}  # fmt: skip

ADJECTIVES = {
    "abdominal": "abdomen", "thoracic": "chest", "hepatic": "liver", "renal": "kidney", "splenic": "spleen",
    "cerebral": "brain", "cardiac": "heart", "pancreatic": "pancreas", "pelvic": "pelvis",
}  # fmt: skip

IMAGES = word_set("image slice section scan clip view picture frame photograph cut study examination tomogram field")

VERBS = word_set(
    """
    is are was were be lies lie lying sits sit measures measure measured measuring spans spanning covers cover
    covering occupies has have shows show contains contain harbours harbors holds touches abuts borders exceeds
    demonstrates reaches appears encloses rates rate belongs comes averages
    """
)
"""Verbs that open a new clause after a comma or "and"."""

FINITE = VERBS - {"lying", "measuring", "spanning", "covering"}
PRONOUNS = word_set("it they its their which that there both whose")
BREAKS = word_set("; : but while whereas although though which whose however yet - — –")

# Words that make a sentence no assertion about the regions shown: hedges, other times, conditions, universals, and
# names of parts, of which a region's facts say nothing.
SHIFT = word_set(
    """
    had used possible possibly probable probably likely unlikely may might could would should can suspected suspicious
    suspicion presumably presumed perhaps apparently seemingly suggest suggests suggesting suggestive consistent
    compatible concerning question questionable versus exclude excluded excludes rule ruled if unless whether when
    after before previously previous prior former formerly earlier past history historical follow later now new newly
    old unchanged stable interval grown growing increased decreased changed change changes resected removed surgically
    post status will expected normally usually typically often sometimes ever only solely exclusively all every each
    most mostly entirely completely any other others another further additional remaining rest respectively wall walls
    rim margin margins border component components edge edges portion portions segment segments lobes capsule core
    surface half tip apex hilum pole poles periphery fat tissue bed some partially partly nearly almost hardly barely
    instead rather else than except besides unclear unknown doubtful claimed allegedly wrongly incorrectly false
    falsely untrue incorrect denied denies ignore former ratio proportion percentage twin mirror opposite
    contralateral ipsilateral same different equal equals
    """
)

NEUTRAL = word_set(
    """
    a an the this that these those it its they their there here and or so also as at by on to for from both one is are
    was were be been being has have had do does did lies lie lying located situated sits sit found placed positioned
    centred centered whose which who show shows shown showing depict depicts depicted display displays displayed
    demonstrate demonstrates demonstrated reveal reveals revealed see seen visible visualised visualized identified
    identifiable detected noted observed present presents appear appears include includes including comprise comprises
    measure measures measured measuring measurement measurements span spans spanning cover covers covering occupy
    occupies outlined annotated marked labelled labeled delineated drawn segmented image images picture pictures slice
    slices section sections view views frame frames scan scans clip study examination photograph photographs tomogram
    cut cross sectional structure structures organ organs region regions finding findings plane planar imaging acquired
    obtained taken oriented orientation patient patients approximately about roughly around total altogether together
    with in within of reaches well clearly readily again moreover furthermore addition overall centre center centres
    centers centroid centroids their yes readers reader scale out average mean value report reports reported states
    stated describes described mentions mentioned according records record recorded recording text passage document
    evidence turned trace tracing signal rhythm paper belongs averages comes wide deep separate distinct individual
    modality type kind field such medical namely listed following follows video lasts last
    absence abstract acquisition add added additionally aim along among anatomical anatomy annotate assess
    assessment assign attend author available averaging axis basics begin brought calculated captured case check
    chiefly cites collect come comments compare comparing comparison complete compute computed conclusion contact
    contained continue continues contoured contours copy counting data determine devices digest digital dimensions
    direct directly disease documentation documented down embedded enclosed end entered equipment estimate evaluated
    examine example excerpt excerpted exercise exhibit explained extends extract far figure file finally find free
    gather gauge gives go goes greater headline highlight hint hold how identifies identify illustrating imaged
    immediately impression included indication inset inspect instance judge keep key keywords know layer lets level
    likewise lines list listing lists locate longest look looked looks made make makes mark material meanwhile
    memorise mention name named names naming negatives next notably note notes notice number numbers open orient
    outlines over panel per pertinent pick pictured plainly planimetry portrays position positive practice produced
    projection put quantified quote rank read reading recognise registers relation remember rendered represents
    resides rests review sample scanned scanner search seated sees separation series short signs simply single sited
    sort source space speaks specifically standard stands start state stays still summarise summary surroundings
    table tag take takes tally target task technique tells them then tick times too training translated tubes turn
    under underline up verify volumetry way we what where whole worded wording words write written yields you your
    yourself
    """
)

POST_NOUN = word_set("visible annotated labelled labeled outlined separate distinct individual shown marked")
"""Words allowed between a number and the noun that it counts."""
