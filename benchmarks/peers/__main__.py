"""Compares Dalil with its peers in one run: speed, memory, start and ranking.

`python -m benchmarks.peers xquad.ar.json xquad.en.json` takes SQuAD-format files that share
their paragraphs' order. The systems take turns, each in a process of its own, so what else
the machine does meets all of them. Each paragraph is a document of its own for all.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks.machine import write_figures
from benchmarks.peers.comparison import Comparison
from benchmarks.peers.processes import DALIL, PEERS, WorkerError, python_of
from benchmarks.peers.tables import comparison_tables
from evals.squad import load_squad
from rag.compose import model_folder, open_encoder
from rag.errors import DalilError
from rag.settings import load_settings

_ROUNDS = 5
_INDEXING_ROUNDS = 3
_TIMED = 200


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="SQuAD-format files, one a language")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="of questions")
    parser.add_argument("--indexing-rounds", type=int, default=_INDEXING_ROUNDS)
    parser.add_argument("--timed", type=int, default=_TIMED, help="questions a round")
    parser.add_argument("--paragraphs", type=int, help="only the first of each file")
    parser.add_argument("--environments", type=Path, help="folder; .dalil/peers by default")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    parsed = _parser().parse_args(arguments)
    errors = Console(stderr=True)
    try:
        settings = load_settings()
        files = [load_squad(path) for path in parsed.files]
        with errors.status("unpacking and converting the model"):
            open_encoder(settings)
        environments = parsed.environments or settings.home / "peers"
        with errors.status("installing") as status, TemporaryDirectory(prefix="dalil-peers-") as at:
            pythons = {name: python_of(name, environments) for name in (DALIL, *PEERS)}
            comparison = Comparison(
                files, model_folder(settings).resolve(), Path(at), pythons, parsed.paragraphs
            )
            figures = comparison.run(
                parsed.indexing_rounds,
                parsed.rounds,
                parsed.timed,
                status.update if errors.is_terminal else errors.print,
            )
    except (DalilError, WorkerError) as error:
        errors.print(f"dalil: {error}", style="red", markup=False)
        return 2
    print(comparison_tables(figures))
    if parsed.json is not None:
        write_figures(parsed.json, "peers", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
