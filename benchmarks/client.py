"""Puts load on a server, from a process of its own: so many clients, each asking without pause.

`python -m benchmarks.client LOAD.json` prints the latencies as JSON. It speaks just enough
HTTP/1.1 to cost next to nothing: what it reaches on an empty route is in `docs/benchmarks.md`.

A client that is refused with `Retry-After` comes again after half of that to all of it, at
random, so that those who were refused together do not come back together. Latencies are those
of the replies, refusals are counted apart.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from random import uniform
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Load:
    """`bodies` are sent in turns to `path`, by all clients together, for so many seconds."""

    port: int
    path: str
    bodies: tuple[str, ...]
    clients: int
    seconds: float

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, file: Path) -> "Load":
        fields = json.loads(file.read_text("utf-8"))
        return cls(**{**fields, "bodies": tuple(fields["bodies"])})

    def requests(self) -> Iterator[bytes]:
        return cycle([self._request(body.encode()) for body in self.bodies])

    def _request(self, body: bytes) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@dataclass(slots=True)
class _Replies:
    """What the clients got: the milliseconds of each reply, and how many were none."""

    milliseconds: list[float] = field(default_factory=list)
    refused: int = 0


async def _ask_until(end: float, load: Load, requests: Iterator[bytes], replies: _Replies) -> None:
    """One client, over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    try:
        while (start := perf_counter()) < end:
            writer.write(next(requests))
            retry_after = await _read_reply(reader)
            if retry_after is None:
                replies.milliseconds.append((perf_counter() - start) * 1000)
                continue
            replies.refused += 1
            wait = uniform(retry_after / 2, retry_after)
            await asyncio.sleep(min(wait, max(end - perf_counter(), 0)))
    finally:
        writer.close()


async def _read_reply(reader: asyncio.StreamReader) -> float | None:
    """None for an answer, the seconds of `Retry-After` for a refusal."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readexactly(int(_header(head, b"content-length")))
    if head.startswith(b"http/1.1 200"):
        return None
    retry_after = _header(head, b"retry-after")
    if not head.startswith(b"http/1.1 503") or not retry_after:
        raise ConnectionError(f"the server replied {head.splitlines()[0].decode()}")
    return float(retry_after)


def _header(head: bytes, name: bytes) -> bytes:
    """b"" where it is not there; `head` is in lower case."""
    return head.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0].strip()


async def run(load: Load) -> dict[str, Any]:
    """The latencies of all replies, how many requests were refused, and the seconds until the
    last one was answered."""
    requests, start, replies = load.requests(), perf_counter(), _Replies()
    end = start + load.seconds
    asking = (_ask_until(end, load, requests, replies) for _ in range(load.clients))
    await asyncio.gather(*asking)
    return {**asdict(replies), "seconds": perf_counter() - start}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Load.read(Path(sys.argv[1]))))))
