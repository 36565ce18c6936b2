"""A collection of SQuAD-format files, ingested as a user's articles would be.

Holds the real store, indexes and encoder in a temporary folder, and takes questions
through the same modules as the service does.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embeddings.calibrated import CalibratedEncoder
from evals.squad import SquadFile, SquadQuestion
from rag.compose import open_encoder
from rag.index import SearchIndex
from rag.indexing import Indexer
from rag.ingest import Ingester
from rag.query import Query, analyse_query
from rag.retrieval import Retrieved, Retriever
from rag.settings import Settings
from rag.store import Store, View
from rag.types import Filters, Language
from rag.weights import Weights

_MAX_QUESTION_CHARS = 20_000
_STEPS_BETWEEN_REPORTS = 50

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a file, analysed."""

    file: SquadFile
    question: SquadQuestion
    query: Query


class Bench:
    """Retrieves for the questions of SQuAD-format files that share their paragraphs' order."""

    def __init__(self, files: Sequence[SquadFile], encoder: CalibratedEncoder, view: View,
                 index: SearchIndex) -> None:  # fmt: skip
        self.files = tuple(files)
        self.encoder = encoder
        self.view = view
        self._index = index

    def ask(self, wanted: Callable[[SquadQuestion], bool], progress: Progress) -> list[Asked]:
        """Analyse the questions that are wanted, of all files."""
        chosen = [(f, q) for f in self.files for q in f.questions if wanted(q)]
        asked = []
        for done, (file, question) in enumerate(chosen):
            if done % _STEPS_BETWEEN_REPORTS == 0:
                progress("encoding questions", done, len(chosen))
            query = analyse_query(question.text, self.encoder, _MAX_QUESTION_CHARS)
            asked.append(Asked(file, question, query))
        return asked

    def retrieve(
        self, asked: Asked, languages: tuple[Language, ...], weights: Weights
    ) -> Retrieved:
        """Search only the articles in some languages."""
        retriever = Retriever(self._index, self.encoder, weights)
        return retriever.retrieve(self.view, asked.query, Filters(languages=languages))

    def file(self, language: Language) -> SquadFile:
        """The file in a language."""
        return next(file for file in self.files if file.language == language)

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(file.language for file in self.files)


@contextmanager
def open_bench(files: Sequence[SquadFile], settings: Settings) -> Iterator[Bench]:
    """Ingest the files' paragraphs into a temporary folder, and open it for questions."""
    encoder = open_encoder(settings)
    with tempfile.TemporaryDirectory(prefix="dalil-bench-") as name:
        folder = Path(name)
        store = Store(folder / "dalil.db", create=True)
        index = SearchIndex(folder / "index", encoder.dim)
        indexer = Indexer(encoder, settings.chunk_tokens, settings.chunk_overlap)
        Ingester(store, index, indexer).add([a for file in files for a in file.articles()])
        with store.reading() as view:
            yield Bench(files, encoder, view, index)
        store.close()
