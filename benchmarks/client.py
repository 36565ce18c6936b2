"""Puts load on a server, from a process of its own: so many clients, each asking without pause.

`python -m benchmarks.client LOAD.json` prints the latencies as JSON. It speaks just enough
HTTP/1.1 to cost next to nothing: what it reaches on an empty route is in `docs/benchmarks.md`.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from time import perf_counter


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


async def _ask_until(end: float, load: Load, requests: Iterator[bytes]) -> list[float]:
    """Milliseconds of each request of one client, over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    milliseconds = []
    try:
        while (start := perf_counter()) < end:
            writer.write(next(requests))
            await _read_reply(reader)
            milliseconds.append((perf_counter() - start) * 1000)
    finally:
        writer.close()
    return milliseconds


async def _read_reply(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise ConnectionError(f"the server replied {head.splitlines()[0].decode()}")
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))


async def run(load: Load) -> dict[str, object]:
    """The latencies of all requests, and the seconds until the last one was answered."""
    requests, start = load.requests(), perf_counter()
    asking = (_ask_until(start + load.seconds, load, requests) for _ in range(load.clients))
    found = await asyncio.gather(*asking)
    seconds = perf_counter() - start
    return {"milliseconds": [value for one in found for value in one], "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Load.read(Path(sys.argv[1]))))))
