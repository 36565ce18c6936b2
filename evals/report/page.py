"""Puts the page together: tables, plots, failing cases and provenance into the template.

All that comes from a run is text that nobody vouches for: the template escapes it, and the
page's own policy lets nothing but its own script run.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from evals.report.cases import choices, failing_cases
from evals.report.plots import all_plots
from evals.report.tables import group_table, main_table, perturbation_table
from evals.results import Provenance, Run

_HERE = Path(__file__).parent


def render(run: Run) -> str:
    """The page as HTML; the same run gives the same text."""
    cases = failing_cases(run.rows)
    script = (_HERE / "filter.js").read_text("utf-8")
    return _template().render(
        run=run,
        policy=_policy(script),
        style=(_HERE / "style.css").read_text("utf-8"),
        script=script,
        plots=all_plots(run.rows),
        figures=main_table(run.rows),
        tables=(
            group_table(run.rows, "directions", "By direction", lambda row: row.direction),
            group_table(run.rows, "kinds", "By kind", lambda row: row.kind),
            perturbation_table(run.rows),
        ),
        cases=cases,
        choices=choices(cases),
        provenance=_provenance(run.provenance),
    )


def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("template.html")


def _policy(script: str) -> str:
    """Nothing is loaded, and of scripts only this one runs, known by its hash."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )


def _provenance(source: Provenance) -> dict[str, list[tuple[str, str]]]:
    commit = source.commit.removesuffix("+")
    changes = " with changes that are not committed" if source.commit.endswith("+") else ""
    return {
        "Run": [("commit", commit + changes), ("started", source.started)],
        "Models": _lines(source.models),
        "Settings": _lines(source.settings),
        "Data (SHA-256)": _lines(source.data),
        "Machine": _lines(source.machine),
        "Packages": _lines(source.packages),
    }


def _lines(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, _written(value)) for name, value in sorted(values.items())]


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
