"""Passages for a text that is to be written: `Retriever.open(folder).passages(query, concepts, most)`.

An index is a folder that `write_index` makes of passages (`triptych get knowledge` does, of published definitions).
`retriever.py` says how passages are found and where the list ends. Importing this takes the extra `knowledge`.
"""

from transforms.text.retrieval.encoder import Encoder, MiniLm
from transforms.text.retrieval.index import KnowledgeError, write_index
from transforms.text.retrieval.retriever import Retriever

__all__ = ["Encoder", "KnowledgeError", "MiniLm", "Retriever", "write_index"]
