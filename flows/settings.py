"""Every setting, read from the environment (`STORYDELTA_…`) in one place. Secrets stand here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from storydelta.errors import StorydeltaError
from storydelta.syntax import MODEL


def _split(paths: object) -> object:
    return tuple(Path(path) for path in paths.split(os.pathsep) if path) if isinstance(paths, str) else paths


class Settings(BaseSettings):
    """What a machine or an operator decides, as opposed to what a story file says."""

    model_config = SettingsConfigDict(env_prefix="STORYDELTA_", env_ignore_empty=True, frozen=True)

    home: Path = Field(
        Path("storydelta-home"), description="Folder for the database and for what is written."
    )
    database: str = Field("", description="SQLAlchemy URL of the store; empty: SQLite in the home folder.")
    stories: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split)] = Field(
        (Path("stories"),), description="Folders with story files, separated as in PATH."
    )
    templates: Path | None = Field(None, description="A folder whose templates go before those that ship.")
    model: str = Field(MODEL, description="spaCy model of the parser; 'none' reads by surface rules alone.")
    contact: str = Field("", description="Address at which publishers reach you; goes into the user agent.")
    allow_private: bool = Field(
        False, description="Let sources lie at private addresses; for local work alone."
    )
    runner: str = Field(
        "",
        pattern="^(|threads|dask|ray)$",
        description="What the reading of a backfill is spread over: Prefect's task runners 'threads', 'dask' or 'ray'; empty: processes of its own, and threads in a flow.",
    )
    runner_address: str = Field(
        "", description="Address of a Dask scheduler or a Ray cluster; empty: a cluster on this machine."
    )
    proxy: SecretStr = Field(
        SecretStr(""), description="Address of an HTTP proxy, with user and password if it wants them."
    )
    headers: dict[str, dict[str, str]] = Field(
        {},
        repr=False,
        description='More request headers by host, as JSON: {"example.org": {"Authorization": "…"}}.',
    )

    smtp_host: str = Field("", description="Mail server; empty: e-mail is off.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: str = Field(
        "starttls", pattern="^(starttls|tls|none)$", description="starttls, tls or none."
    )
    smtp_user: str = Field("", description="User name at the mail server, if it wants one.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Key with which webhooks are signed: docs/channels.md says how to check it.",
    )
    webhook_addresses: dict[str, SecretStr] = Field(
        {}, description='Addresses of webhooks by the name that stories use, as JSON: {"desk": "https://…"}.'
    )
    apprise_addresses: dict[str, SecretStr] = Field(
        {},
        description='Addresses of Apprise services by the name that stories use, as JSON: {"desk": "ntfy://…"}.',
    )
    mail_from: str = Field("", description="Sender of digests: 'Storydelta <digest@example.org>'.")

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.home / 'storydelta.sqlite3').absolute()}"


def read_settings() -> Settings:
    """The settings as the environment gives them. Raises StorydeltaError naming the variable that is wrong."""
    try:
        return Settings()
    except SettingsError as problem:
        field = str(problem).split('"')[1]
        raise StorydeltaError(f"STORYDELTA_{field.upper()}: {problem.__cause__ or problem}") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        variable = "STORYDELTA_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise StorydeltaError(f"{variable}: {first['msg']}") from problem


def describe_settings() -> str:
    """The rows of the table in `docs/settings.md`."""
    rows = []
    for name, field in Settings.model_fields.items():
        given = "" if isinstance(field.default, SecretStr) else field.default or ""
        shown = os.pathsep.join(map(str, given)) if isinstance(given, tuple) else str(given)
        rows.append(
            f"| `STORYDELTA_{name.upper()}` | {f'`{shown}`' if shown else ''} | {field.description} |"
        )
    return "\n".join(rows) + "\n"
