"""Checks what a language model wrote, sentence by sentence, against what it was shown.

Every number, date and name of a sentence must stand in the evidence: the aligned spans,
their neighbours and the title, in the passages that the sentence cites. So must what it
puts between quotation marks, word for word (`quotations.py`). What is denied
there, or not said, is not supported, whatever the marker claims; a wrong marker is not
put right in silence. Nothing is rewritten here: what to do with an unsupported sentence
is the caller's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.calibrated import CalibratedEncoder
from rag.types import Language, Problem
from rag.verification.align import Claim, Spot, exact_share, rank_spots, with_further_spots
from rag.verification.claims import take_apart, unstated_names, unstated_numbers
from rag.verification.clauses import undenied
from rag.verification.judge import (
    FOUND_FROM,
    VERBATIM_SCORE,
    VERBATIM_SHARE,
    is_enough,
    probability,
)
from rag.verification.measure import contradicts_in_words, denial_keys, measure
from rag.verification.meta import claims_nothing
from rag.verification.names import names_of
from rag.verification.quotations import fabricated_quotation
from rag.verification.sources import Shown, Source, prepare
from rag.verification.stream import parse_markers
from rag.verification.values import CheckedSentence, Evidence, ShownPassage
from rag.verification.vectors import TextVectors, vectors_of

_CANDIDATES = 3
"""How many spans are weighed, most promising first."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """What the best spans of some passages say of a sentence."""

    spots: tuple[Spot, ...]
    score: float
    problem: Problem | None


_NOTHING = _Finding((), 0.0, Problem.NOT_STATED)


def verify_answer(
    text: str, shown: Sequence[ShownPassage], encoder: CalibratedEncoder, language: Language
) -> tuple[CheckedSentence, ...]:
    """Check each sentence of a model's text, with its markers, in one language."""
    prepared = prepare(shown)
    sentences = parse_markers(text, prepared.sources.keys(), language)
    return _check([(s.text, s.cited) for s in sentences], prepared, vectors_of(encoder), language)


def verify_sentence(
    text: str,
    cited: Sequence[int],
    shown: Sequence[ShownPassage],
    encoder: CalibratedEncoder,
    language: Language,
) -> CheckedSentence:
    """Check one sentence without markers against the passages that it cites.

    Numbers that were not shown are ignored; a sentence that cites nothing gets a passage
    only where the evidence is strong.
    """
    return Verifier(shown, encoder, language).check(text, cited)


class Verifier:
    """Checks the sentences of one answer as they come; the passages are taken apart once."""

    def __init__(
        self, shown: Sequence[ShownPassage], encoder: CalibratedEncoder, language: Language
    ) -> None:
        self._shown = prepare(shown)
        self._vectors = vectors_of(encoder)
        self._language = language

    def prepare(self, text: str) -> None:
        """Do what takes long of a sentence's check, before it is known what it cites."""
        self._vectors.of([(self._language, text)])

    def check(self, text: str, cited: Sequence[int]) -> CheckedSentence:
        """What `verify_sentence` gives."""
        return _check([(text, tuple(cited))], self._shown, self._vectors, self._language)[0]


def _check(
    sentences: Sequence[tuple[str, tuple[int, ...]]],
    shown: Shown,
    vectors: TextVectors,
    language: Language,
) -> tuple[CheckedSentence, ...]:
    """Check sentences; all that has to be encoded is encoded in one batch."""
    drafts = [_Draft.of(text, cited, shown, language) for text, cited in sentences]
    undecided = [draft for draft in drafts if draft.undecided]
    if undecided:
        keys = [draft.claim.key for draft in undecided]
        keys += [(language, text) for d in undecided for pair in d.claim.denied for text in pair]
        vectors.of(keys)
    return tuple(_conclude(draft, shown, vectors) for draft in drafts)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A sentence before anything is encoded, with what words alone already tell of it."""

    text: str
    claim: Claim
    cited: tuple[int, ...]
    silent: bool
    verbatim: _Finding | None
    nowhere: Problem | None
    """What it states that no shown passage has, or quotes that none of its own has.

    No vector need be looked at then.
    """

    @property
    def undecided(self) -> bool:
        return not (self.silent or self.verbatim or self.nowhere)

    @classmethod
    def of(cls, text: str, cited: tuple[int, ...], shown: Shown, language: Language) -> "_Draft":
        statement = take_apart(text)
        claim = Claim(statement, names_of(text, shown.capitals), language)
        known = tuple(dict.fromkeys(number for number in cited if number in shown.sources))
        silent = claims_nothing(statement, claim.names)
        sources = [shown.sources[n] for n in known] or list(shown.sources.values())
        # Its words may all be there and yet stand otherwise than they are quoted.
        invented = Problem.QUOTE if fabricated_quotation(text, sources) else None
        verbatim = None if silent or invented else _verbatim(claim, sources, shown)
        return cls(text, claim, known, silent, verbatim, _nowhere(claim, shown) or invented)


def _verbatim(claim: Claim, sources: Sequence[Source], shown: Shown) -> _Finding | None:
    """The sentence of a source that says a sentence in its own words, if one does."""
    for source in sources:
        if source.language != claim.language or claim.denied:
            continue
        for place, statement in enumerate(source.statements):
            if undenied(statement.text) or contradicts_in_words(claim.statement, [statement]):
                continue
            lacking = unstated_numbers(claim.statement, [statement], frozenset())
            unnamed = unstated_names(claim.names, [statement], same_language=True)
            share = exact_share(claim.statement, [statement], shown)
            if share >= VERBATIM_SHARE and claim.statement.words and not (lacking or unnamed):
                return _Finding((Spot.at(source, place),), VERBATIM_SCORE, None)
    return None


def _nowhere(claim: Claim, shown: Shown) -> Problem | None:
    wholes = [source.whole for source in shown.sources.values()]
    years = frozenset[str]().union(*(source.years for source in shown.sources.values()))
    if unstated_numbers(claim.statement, wholes, years):
        return Problem.NUMBER
    same = all(source.language == claim.language for source in shown.sources.values())
    return Problem.NAME if unstated_names(claim.names, wholes, same_language=same) else None


def _conclude(draft: _Draft, shown: Shown, vectors: TextVectors) -> CheckedSentence:
    if draft.silent:
        return CheckedSentence(draft.text, False, 0.0, draft.cited, (), None, claims_nothing=True)
    if draft.verbatim is not None:
        return _supported(draft, draft.verbatim)
    if draft.nowhere is not None:
        return _unsupported(draft, 0.0, draft.nowhere)
    if not draft.cited:
        found = _find(draft.claim, list(shown.sources.values()), shown, vectors)
        if found.problem is None and found.score >= FOUND_FROM:
            return _supported(draft, found)
        return _unsupported(draft, found.score, Problem.NO_MARKER)
    finding = _find(draft.claim, [shown.sources[n] for n in draft.cited], shown, vectors)
    if finding.problem is None:
        return _supported(draft, finding)
    if finding.problem is Problem.NEGATION:
        return _unsupported(draft, finding.score, finding.problem)
    others = [source for number, source in shown.sources.items() if number not in draft.cited]
    if others and _find(draft.claim, others, shown, vectors).problem is None:
        return _unsupported(draft, finding.score, Problem.WRONG_PASSAGE)
    return _unsupported(draft, finding.score, finding.problem)


def _find(claim: Claim, sources: Sequence[Source], shown: Shown, vectors: TextVectors) -> _Finding:
    """The best spans of some passages: complete ones first, then the most probable."""
    ranked = sorted(
        (spot for source in sources for spot in rank_spots(claim, source, shown, vectors)),
        key=lambda spot: -spot.rank,
    )
    findings = list(_weigh(claim, ranked, shown, vectors))
    if not findings:
        return _NOTHING
    if findings[0].problem is Problem.NEGATION:
        return findings[0]
    return max(findings, key=lambda f: (f.problem is None, f.score))


def _weigh(
    claim: Claim, ranked: Sequence[Spot], shown: Shown, vectors: TextVectors
) -> Iterator[_Finding]:
    """The most promising spans, each with those that complete it, and what is against them."""
    for spot in ranked[:_CANDIDATES]:
        spots = with_further_spots(claim, spot, ranked, vectors)
        numbers, names = claim.lacks(spots)
        if numbers or names:
            yield _Finding(spots, 0.0, Problem.NUMBER if numbers else Problem.NAME)
            continue
        keys = denial_keys(claim, spots)
        if keys:
            vectors.of(keys)
        measures = measure(claim, spots, shown, vectors)
        same = all(s.source.language == claim.language for s in spots)
        score = probability(measures, same_language=same)
        problem = Problem.NEGATION if measures.contradicted else Problem.NOT_STATED
        yield _Finding(spots, score, None if is_enough(score, same_language=same) else problem)


def _supported(draft: _Draft, finding: _Finding) -> CheckedSentence:
    evidence = tuple(
        Evidence(spot.source.passage.number, spot.source.article.id, spot.span, finding.score)
        for spot in finding.spots
    )
    cited = tuple(dict.fromkeys(item.number for item in evidence))
    return CheckedSentence(draft.text, True, finding.score, cited, evidence, None)


def _unsupported(draft: _Draft, score: float, problem: Problem) -> CheckedSentence:
    return CheckedSentence(draft.text, False, score, draft.cited, (), problem)
