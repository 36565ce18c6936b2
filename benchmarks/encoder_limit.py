"""How many questions a second the encoder can encode, with nothing else of Dalil's at work.

Threads call the calibrated encoder as the service does. A question's words are left out: most
stand in the collection or were asked before, and then nothing encodes them.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from time import perf_counter

from embeddings.calibrated import CalibratedEncoder
from rag.compose import open_encoder
from rag.language import profile_language
from rag.settings import Settings


def encoder_throughput(
    settings: Settings, questions: Sequence[str], threads: Sequence[int], seconds: float
) -> dict[str, float]:
    """Questions a second, by the number of threads. Raises ModelError."""
    encoder = open_encoder(settings)
    calls = cycle([_call(encoder, question) for question in questions])
    _per_second(calls, 1, 1.0)
    return {str(count): _per_second(calls, count, seconds) for count in threads}


def _call(encoder: CalibratedEncoder, question: str) -> Callable[[], object]:
    """Encodes one question; what needs no model is done beforehand."""
    return partial(encoder.encode_query, question, profile_language(question).languages)


def _per_second(calls: Iterator[Callable[[], object]], threads: int, seconds: float) -> float:
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
