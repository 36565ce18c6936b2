"""How many questions a second the encoder can make ready, with nothing else of Dalil's at work.

Threads call the calibrated encoder as the service does: each question, and then its words.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from time import perf_counter

from embeddings.calibrated import CalibratedEncoder
from rag.compose import open_encoder
from rag.language import profile_language
from rag.settings import Settings
from rag.words import content_words, word_language


def encoder_throughput(
    settings: Settings, questions: Sequence[str], threads: Sequence[int], seconds: float
) -> dict[str, float]:
    """Questions a second, by the number of threads. Raises ModelError."""
    encoder = open_encoder(settings)
    calls = cycle([_call(encoder, question) for question in questions])
    _per_second(calls, 1, 1.0)
    return {str(count): _per_second(calls, count, seconds) for count in threads}


def _call(encoder: CalibratedEncoder, question: str) -> Callable[[], None]:
    """Encodes one question; what needs no model is done beforehand."""
    languages = profile_language(question).languages
    words = content_words(question)
    word_languages = [word_language(word) for word in words]

    def call() -> None:
        encoder.encode_query(question, languages)
        encoder.encode_words(words, word_languages)

    return call


def _per_second(calls: Iterator[Callable[[], None]], threads: int, seconds: float) -> float:
    start = perf_counter()

    def work() -> int:
        done = 0
        while perf_counter() < start + seconds:
            next(calls)()
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(lambda _: work(), range(threads)))
    return done / (perf_counter() - start)
