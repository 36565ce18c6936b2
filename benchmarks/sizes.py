"""Sizes of collections by name, as the measurements of growing ones take them."""

from argparse import ArgumentTypeError

_UNITS = {"k": 1000, "M": 1_000_000}


def parse_sizes(text: str) -> tuple[int, ...]:
    """Numbers of chunks: "1k,10k,1M" → (1000, 10000, 1000000)."""
    try:
        return tuple(
            int(size.rstrip("kM")) * _UNITS.get(size[-1], 1) for size in text.split(",") if size
        )
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: give sizes as in 1k,10k,1M") from error
