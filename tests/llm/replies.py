"""What the scripted model says: replies as plain values, one for each call.

How they reach the client is `scripted.py`'s business. A reply is a status, headers and
steps; a step is a piece of text (a string) or one of the classes below. The functions make
the replies that tests ask for; anything else can be put together by hand.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of the model's thinking, which is not part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence on an open connection."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are, in the middle of the stream."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Repeat:
    """Steps over and over again, until the client goes away."""

    steps: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more, ever; the connection stays open."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the connection before the end of the answer.

    Rude is a reset, as from a crash; otherwise the body ends in an orderly way, as from a
    proxy that gave up, and only the missing finish reason tells.
    """

    rude: bool = True


Step = str | Reasoning | Pause | Raw | Repeat | Hang | Cut

COMMENT = Raw(b": keep-alive\n\n")
EMPTY_DELTA = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server to one call.

    `finish` is the finish reason, None for a provider that forgets it. `usage` is the
    prompt's and the answer's tokens, None for a provider that does not count. With `body`,
    the steps are not used and the body is sent as it is.
    """

    steps: tuple[Step, ...] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (100, 10)
    body: str | None = None


def answer(*chunks: str, every: float = 0.0, finish: str = "stop") -> Reply:
    """A good answer, streamed in these chunks with a pause of `every` seconds before each."""
    if not every:
        return Reply(chunks, finish=finish)
    return Reply(
        tuple(step for chunk in chunks for step in (Pause(every), chunk)),
        finish=finish,
    )


def empty() -> Reply:
    """A proper stream without any text."""
    return Reply()


def malformed() -> Reply:
    """An event whose data is not JSON."""
    return Reply((Raw(b'data: {"choices": [{"delta": \n\n'),))


def failure(status: int, *, retry_after: str | None = None, message: str = "no") -> Reply:
    """An HTTP error in OpenAI's shape; `message` is what the provider says about it."""
    return Reply(
        status=status,
        headers={} if retry_after is None else {"Retry-After": retry_after},
        body=f'{{"error": {{"message": "{message}", "type": "error", "code": null}}}}',
    )


def hang(*, after_headers: bool = False) -> Reply:
    """Silence instead of an answer, or headers and then silence."""
    return Reply((COMMENT, Hang()) if after_headers else (Hang(),))


def hang_after(*chunks: str) -> Reply:
    """Some text, and then silence."""
    return Reply((*chunks, Hang()))


def keep_alives(*chunks: str, every: float = 0.02) -> Reply:
    """Some text, and then comments, empty deltas and the role for ever, but no more text."""
    role = Raw(b'data: {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}\n\n')
    return Reply((*chunks, Repeat((COMMENT, EMPTY_DELTA, role, Pause(every)))))


def cut_after(*chunks: str, rude: bool = True) -> Reply:
    """Some text, and then the connection ends."""
    return Reply((*chunks, Cut(rude)))


def drip(text: str, *, every: float) -> Reply:
    """One character at a time."""
    return answer(*text, every=every)
