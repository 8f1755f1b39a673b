"""Looks over everything that a run depends on; each finding with what to do about it.

One function a subject; `check_health` asks them in turn. None of them changes anything.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
from sqlalchemy import make_url

from flows.settings import Settings, read_settings
from flows.wiring import House, build_house, build_reader, channel_settings
from storage.check import check_store
from storage.engine import connect
from storage.schema import tables_of
from storydelta.delivery import find_channel
from storydelta.errors import StorydeltaError, StoryError
from storydelta.model import DeliveryState
from storydelta.stories import known_stories, load_story
from storydelta.story import Story

LITTLE_ROOM, TOO_LITTLE_ROOM = 2_000_000_000, 200_000_000
"""Bytes on the disk of the home folder below which it is said, and is wrong."""

TOO_LATE = timedelta(hours=1)
"""A story that is due for so long is run by nobody."""

SOON = timedelta(minutes=5)
"""A schedule makes its first runs within a minute."""

_PATIENCE = 5.0  # seconds for a server to answer


class State(StrEnum):
    """How a subject stands. `note` is worth knowing, and nothing is wrong."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, how it stands, in words, and where it is wrong what to do."""

    subject: str
    state: State
    said: str
    remedy: str = ""


def check_health(now: datetime, *, deep: bool = False) -> tuple[Check, ...]:
    """Everything that was looked at. `deep` also reads the whole database through."""
    try:
        settings = read_settings()
    except StorydeltaError as problem:
        return (_wrong("settings", str(problem), "set the variable anew; docs/settings.md lists them"),)
    checks = [*_home(settings), *_time_zones(), *_model(settings), *_prefect(now), *_database(settings)]
    stories, said = _stories(settings)
    checks += said
    if not any(check.subject == "database" and check.state is State.WRONG for check in checks):
        checks += _store(settings, stories, now, deep=deep)
    return (*checks, *_channels(settings, stories))


def _ok(subject: str, said: str) -> Check:
    return Check(subject=subject, state=State.OK, said=said)


def _note(subject: str, said: str, remedy: str = "") -> Check:
    return Check(subject=subject, state=State.NOTE, said=said, remedy=remedy)


def _wrong(subject: str, said: str, remedy: str) -> Check:
    return Check(subject=subject, state=State.WRONG, said=said, remedy=remedy)


def _home(settings: Settings) -> Iterator[Check]:
    """The folder for everything that is written, and the room on its disk."""
    home = settings.home.absolute()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    if not (place.is_dir() and os.access(place, os.W_OK)):
        yield _wrong(
            "home", f"{home} cannot be written", "change its owner, or set STORYDELTA_HOME to another folder"
        )
        return
    yield _ok("home", str(home) if place == home else f"{home}, which the first run makes")
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:.1f} GB free at {place}"
    if free < TOO_LITTLE_ROOM:
        yield _wrong(
            "disk", said, "free some room; `storydelta maintain --compact` gives back what texts took"
        )
    elif free < LITTLE_ROOM:
        yield _note("disk", said, "`storydelta maintain` lets old texts go")
    else:
        yield _ok("disk", said)


def _time_zones() -> Iterator[Check]:
    try:
        ZoneInfo("Europe/Moscow")
    except ZoneInfoNotFoundError:
        remedy = "install the system's tzdata, or `pip install tzdata`"
        yield _wrong("time zones", "there are no time zone data on this machine", remedy)
    else:
        yield _ok("time zones", "known")


def _model(settings: Settings) -> Iterator[Check]:
    """That the claim engine reads a plain sentence."""
    if settings.model == "none":
        yield _note(
            "language model",
            "off: claims are read by surface rules alone, and more of them are missed",
            "unset STORYDELTA_MODEL",
        )
        return
    try:
        claims = build_reader(settings).read(text="Twelve people were killed in the blast.")
    except StorydeltaError as problem:
        yield _wrong(
            "language model", str(problem), "install it anew: `make demo` does, or unset STORYDELTA_MODEL"
        )
        return
    if claims:
        yield _ok("language model", f"{settings.model} reads")
    else:
        yield _wrong("language model", f"{settings.model} reads nothing", "unset STORYDELTA_MODEL")


def _prefect(now: datetime) -> Iterator[Check]:
    try:
        installed = version("prefect")
    except PackageNotFoundError:
        yield _wrong("prefect", "not installed", "install Storydelta anew, with its dependencies")
        return
    api = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    if not api:
        yield _note("prefect", f"{installed}; no PREFECT_API_URL, so that each run brings its own server")
        return
    shown = httpx.URL(api).copy_with(userinfo=b"")
    try:
        with httpx.Client(timeout=_PATIENCE, headers=_prefect_key()) as client:
            served = _json(client.get(f"{api}/admin/version"))
            plans = _deployments(client, api, now)
    except (httpx.HTTPError, ValueError) as problem:
        remedy = "start it (`prefect server start`), or correct PREFECT_API_URL and PREFECT_API_KEY"
        yield _wrong("prefect", f"{shown} does not answer: {problem or type(problem).__name__}", remedy)
        return
    said = f"{installed}; server {served} at {shown}"
    if str(served).split(".")[:2] == installed.split(".")[:2]:
        yield _ok("prefect", said)
    else:
        yield _note("prefect", said, "bring both to the same version when you next can")
    yield plans


def _deployments(client: httpx.Client, api: str, now: datetime) -> Check:
    """That the schedules of what is deployed make runs, and that somebody carries them out."""
    ours = {"tags": {"all_": ["storydelta"]}}
    deployed = _json(client.post(f"{api}/deployments/filter", json={"deployments": ours}))
    active = [each for each in deployed if not each["paused"] and any(s["active"] for s in each["schedules"])]
    if not active:
        said = "no deployment has a schedule that is active"
        return _note("deployments", said, "`storydelta deploy`, or `storydelta serve` in its place")
    waiting = {"deployments": ours, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    planned = _json(client.post(f"{api}/flow_runs/count", json=waiting))
    standing = [each for each in active if datetime.fromisoformat(each["created"]) < now - SOON]
    if standing and not planned:
        return _wrong(
            "deployments",
            f"{len(active)} with a schedule, and Prefect's server makes no runs of them",
            "start the server with PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE=flows.mend_server: docs/deploy.md says why",
        )
    pools = {each["work_pool_name"] for each in active}
    asleep = sorted(
        pool["name"]
        for pool in _json(client.post(f"{api}/work_pools/filter", json={}))
        if pool["name"] in pools and pool["status"] != "READY"
    )
    said = f"{len(active)} with a schedule, {planned} runs ahead"
    if asleep:
        remedy = f"`prefect worker start --pool {asleep[0]}`"
        return _wrong("deployments", f"{said}; no worker carries out those of {', '.join(asleep)}", remedy)
    return _ok("deployments", said)


def _json(answer: httpx.Response) -> Any:
    return answer.raise_for_status().json()


def _prefect_key() -> dict[str, str]:
    key = os.environ.get("PREFECT_API_KEY", "")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _database(settings: Settings) -> Iterator[Check]:
    """That the database answers, and whose version its tables have."""
    url = settings.database_url
    remedy = "correct STORYDELTA_DATABASE, or start the database"
    try:
        file = Path(make_url(url).database or "") if url.startswith("sqlite") else None
        if file and not file.expanduser().exists():
            yield _note("database", f"{file} is not there yet: the first run makes it")
            return
        engine = connect(url, _PATIENCE)
        try:
            current, known = tables_of(engine)
        finally:
            engine.dispose()
    except (StorydeltaError, ValueError) as problem:
        yield _wrong("database", str(problem), remedy)
        return
    name = make_url(url).render_as_string(hide_password=True)
    if current == known:
        yield _ok("database", f"{name}, tables {current}, which are this version's")
    elif current is None:
        yield _note("database", f"{name} is empty: the first run makes the tables")
    elif current < str(known):
        yield _note(
            "database",
            f"{name} has the tables {current}; the next run brings them to {known}",
            "make a copy first: `storydelta maintain --backup FOLDER` of the version before",
        )
    else:
        yield _wrong("database", f"{name} is of a newer version (tables {current})", "update Storydelta")


def _stories(settings: Settings) -> tuple[list[Story], list[Check]]:
    stories, checks = [], []
    for slug, path in known_stories(settings.stories).items():
        try:
            stories.append(load_story(path))
        except StoryError as problem:
            checks.append(_wrong(f"story {slug}", str(problem), "correct the file: docs/story-files.md"))
    folders = os.pathsep.join(map(str, settings.stories))
    if stories:
        checks.insert(0, _ok("story files", f"{len(stories)} in {folders}"))
    elif not checks:
        remedy = "write one (docs/story-files.md), or set STORYDELTA_STORIES to the folder that has them"
        checks.append(_note("story files", f"none in {folders}", remedy))
    return stories, checks


def _store(settings: Settings, stories: list[Story], now: datetime, *, deep: bool) -> Iterator[Check]:
    """What the store tells of the runs. Not where that would make a database."""
    file = make_url(settings.database_url).database if settings.database_url.startswith("sqlite") else None
    if file and not Path(file).expanduser().exists():
        return
    try:
        house = build_house(settings)
    except StorydeltaError as problem:
        yield _wrong("database", str(problem), "restore it from a copy, or name another")
        return
    with house.store:
        for look in (_runs, _sources, _deliveries):
            yield from look(house, stories, now)
        if deep:
            found = check_store(house.store)
            yield from (_wrong(f"store {f.story or ''}".strip(), f.problem, f.remedy) for f in found)
            if not found:
                yield _ok("store", "read through: everything fits together")


def _runs(house: House, stories: list[Story], now: datetime) -> Iterator[Check]:
    known = {story.slug for story in stories if not story.paused}
    states = [state for state in house.store.stories() if state.slug in known]
    late = [s.slug for s in states if s.next_due_at and s.next_due_at < now - TOO_LATE]
    never = sorted(known - {s.slug for s in states if s.next_due_at})
    if late:
        remedy = "start `storydelta serve`, or the Prefect worker"
        yield _wrong("schedule", f"due for more than an hour: {_listed(late)}", remedy)
    if never:
        yield _note(
            "schedule", f"never ran: {_listed(never)}", "`storydelta run STORY`, or `storydelta serve`"
        )
    ahead = [s.slug for s in states if s.changed_at and s.changed_at > now]
    if ahead:
        said = f"the newest edition is of a later time than it is now: {_listed(ahead)}"
        yield _wrong("clock", said, "set the machine's clock; where it was a rehearsal, let the time come")
    if not (late or never or ahead):
        paused = len(stories) - len(known)
        yield _ok("schedule", f"{len(states)} stories are run" + (f", {paused} paused" if paused else ""))


def _sources(house: House, stories: list[Story], _now: datetime) -> Iterator[Check]:
    down = [
        f"{story.slug}: {state.problem}"
        for story in stories
        for state in house.store.source_states(story.slug).values()
        if state.failures
    ]
    if down:
        yield _note(
            "sources", f"{len(down)} down: {_listed(down)}", "see whether they moved; the others go on"
        )
    else:
        yield _ok("sources", "none is down")


def _deliveries(house: House, _stories: list[Story], _now: datetime) -> Iterator[Check]:
    counts = house.store.delivery_counts()
    said = ", ".join(f"{number} {state}" for state, number in counts.items())
    if counts[DeliveryState.PARKED]:
        yield _wrong("deliveries", said, "`storydelta deliveries list` says why; then `retry` or `cancel`")
    else:
        yield _ok("deliveries", said)


def _channels(settings: Settings, stories: list[Story]) -> Iterator[Check]:
    """The settings of each channel that a story uses."""
    for name in sorted({entry.kind for story in stories for entry in story.channels}):
        subject = f"channel {name}"
        try:
            options = channel_settings(settings, find_channel(name))
        except (StorydeltaError, ValueError) as problem:
            first = str(problem).splitlines()[0]
            yield _wrong(subject, first, "correct its STORYDELTA_… variables: docs/settings.md")
            continue
        look = _OF_CHANNEL.get(name)
        yield look(subject, options.model_dump()) if look else _ok(subject, "settings are in order")


def _mail_server(subject: str, options: dict[str, object]) -> Check:
    host, sender = str(options["host"]), options["sender"]
    if not host or not sender:
        return _wrong(
            subject,
            "a story sends mail, and no server or no sender is set",
            "set STORYDELTA_SMTP_HOST and STORYDELTA_MAIL_FROM",
        )
    port = int(str(options["port"]))
    try:
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except OSError as problem:
        remedy = "check STORYDELTA_SMTP_HOST and STORYDELTA_SMTP_PORT; digests wait until it answers"
        return _wrong(subject, f"{host}:{port} does not answer: {problem}", remedy)
    return _ok(subject, f"{host}:{port} answers")


_OF_CHANNEL: dict[str, Callable[[str, dict[str, object]], Check]] = {"email": _mail_server}


def _listed(words: list[str], most: int = 5) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
