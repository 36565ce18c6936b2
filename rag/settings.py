"""Every setting of Dalil: its name, default and bounds.

They come from flags, `DALIL_*` variables and `.env`, in that order. An unknown name is
refused, for a misspelt setting that is silently ignored is worse than a failed start.
"""

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "DALIL_"


class Settings(BaseSettings):
    """One validated, immutable set of settings."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="forbid", frozen=True, str_strip_whitespace=True
    )

    home: Path = Field(Path(".dalil"), description="folder for the store, indexes and model")
    embedding_model: str = Field(
        "bundled", min_length=1, description="sentence-transformers name or path, or 'bundled'"
    )
    llm: str = Field("extractive", min_length=1, description="'extractive', the embedded answerer")
    host: str = Field("127.0.0.1", min_length=1, description="address that the server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port that the server listens on")
    top_k: int = Field(5, ge=1, le=50, description="passages that a question is answered from")
    min_confidence: float = Field(
        0.5, ge=0, le=1, description="calibrated confidence below which Dalil abstains"
    )
    chunk_tokens: int = Field(256, ge=32, le=8192, description="largest passage, in model tokens")
    chunk_overlap: int = Field(1, ge=0, le=8, description="sentences that two passages share")
    max_question_chars: int = Field(2000, ge=16, le=20000, description="longest question")
    max_body_bytes: int = Field(1_000_000, ge=1024, description="largest HTTP request body")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (flags) win, and None means "not given".

    Raises:
        SettingsError: naming the key, what is wrong with it, and the known keys if it is unknown.
    """
    _refuse_unknown_names()
    given = {key: value for key, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_describe(item) for item in error.errors())) from None


def _refuse_unknown_names() -> None:
    """pydantic-settings looks up the names it knows, so it never sees a misspelt one."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    names = {*os.environ, *dotenv_values(".env")}
    unknown = sorted(n for n in names if n.upper().startswith(PREFIX) and n.upper() not in known)
    if unknown:
        raise SettingsError(
            f"unknown setting {', '.join(unknown)}; known: {', '.join(sorted(known))}"
        )


def _describe(item: Any) -> str:
    key = PREFIX + "_".join(str(part) for part in item["loc"]).upper()
    return f"{key}: {item['msg']} (got {item['input']!r})"
