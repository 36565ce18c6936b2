"""Every setting of Dalil: its name, default and bounds.

They come from flags, `DALIL_*` variables and `.env`, in that order. An unknown name is
refused, for a misspelt setting that is silently ignored is worse than a failed start.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "DALIL_"
_ORIGIN = re.compile(
    r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:]+\](?::[0-9]{1,5})?"
)


def _not_empty(path: Path) -> Path:
    if path == Path():
        raise ValueError("an empty name; give a folder")
    return path


def _split_origins(value: Any) -> Any:
    """ "https://a.example, https://b.example" → two origins, as browsers send them.

    Raises ValueError for what is no origin: a path, a wildcard, "null".
    """
    parts = value.split(",") if isinstance(value, str) else value
    origins = tuple(part.strip() for part in parts if part.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError("write origins as https://news.example, in lower case, without a path")
    return origins


class Settings(BaseSettings):
    """One validated, immutable set of settings."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, str_strip_whitespace=True
    )

    home: Annotated[Path, AfterValidator(_not_empty)] = Field(
        default=Path(".dalil"), description="folder for the store, indexes and model"
    )
    embedding_model: str = Field(
        default="bundled",
        min_length=1,
        description="sentence-transformers name or path, or 'bundled'",
    )
    embedding_runtime: Literal["auto", "openvino", "torch"] = Field(
        default="auto",
        description="what runs the model: 8 bits with OpenVINO, float32 with torch; "
        "auto takes OpenVINO where it can be had and keeps the quality",
    )
    llm: str = Field(
        default="extractive",
        min_length=1,
        description="'extractive', the embedded answerer, or LiteLLM's name of a model",
    )
    llm_base_url: str | None = Field(default=None, description="where the model is served")
    llm_api_key: SecretStr | None = Field(
        default=None, description="key of the model; None leaves it to the provider's own variable"
    )
    llm_fallback: str | None = Field(
        default=None, min_length=1, description="LiteLLM's name of a model to ask where that fails"
    )
    llm_fallback_base_url: str | None = Field(default=None, description="where that is served")
    llm_fallback_api_key: SecretStr | None = Field(default=None, description="and its key")
    llm_temperature: float = Field(default=0.0, ge=0, le=2, description="of both models")
    llm_max_output_tokens: int = Field(
        default=1024, ge=16, le=100_000, description="longest answer, the model's thinking included"
    )
    llm_context_tokens: int | None = Field(
        default=None, ge=512, description="context of both models; None looks it up"
    )
    llm_total_seconds: float = Field(
        default=60.0, gt=0, le=3600, description="for everything that is asked of models"
    )
    llm_first_token_seconds: float = Field(
        default=15.0, gt=0, le=3600, description="until the first text of a call"
    )
    llm_stall_seconds: float = Field(
        default=15.0, gt=0, le=3600, description="between two pieces of text"
    )
    llm_retries: int = Field(
        default=1, ge=0, le=5, description="how often one model is asked again for one answer"
    )
    llm_unsupported: Literal["extractive", "abstain"] = Field(
        default="extractive", description="what comes in place of an answer that proves nothing"
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="address that the server listens on"
    )
    port: int = Field(default=8000, ge=1, le=65535, description="port that the server listens on")
    top_k: int = Field(
        default=5, ge=1, le=50, description="passages that a question is answered from"
    )
    min_confidence: float = Field(
        default=0.5, ge=0, le=1, description="calibrated confidence below which Dalil abstains"
    )
    chunk_tokens: int = Field(
        default=256, ge=32, le=8192, description="largest passage, in model tokens"
    )
    chunk_overlap: int = Field(
        default=1, ge=0, le=8, description="sentences that two passages share"
    )
    max_question_chars: int = Field(default=2000, ge=16, le=20000, description="longest question")
    max_searches: int = Field(
        default=16,
        ge=1,
        le=1000,
        description="questions that are searched at the same time, those that wait for it "
        "included; more are refused with Retry-After",
    )
    max_body_bytes: int = Field(default=1_000_000, ge=1024, description="largest HTTP request body")
    max_upload_bytes: int = Field(
        default=20_000_000, ge=1024, description="largest file that an editor may upload"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_origins)] = Field(
        default=(), description="other sites that may embed the widget, separated by commas"
    )
    admin_key: SecretStr | None = Field(
        default=None, min_length=16, description="key of the editors; without one they are shut out"
    )


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (flags) win, and None means "not given".

    Raises:
        SettingsError: naming the key, what is wrong with it, and the known keys if it is unknown.
    """
    _refuse_unknown_names()
    given = {key: value for key, value in overrides.items() if value is not None}
    unknown = given.keys() - Settings.model_fields.keys()
    if unknown:
        names = ", ".join(PREFIX + name.upper() for name in sorted(unknown))
        raise SettingsError(f"unknown setting {names}")
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
    if "KEY" in key:
        return f"{key}: {item['msg']}"
    return f"{key}: {item['msg']} (got {item['input']!r})"
