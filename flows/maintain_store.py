"""Keeps house: a copy of the database, old texts and digests let go, the database put in order and looked over."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from prefect import flow

from flows.wiring import House, build_house
from storage.backup import back_up, tidy
from storage.check import Finding, check_store
from storage.retention import Retention, Trimmed, trim
from storydelta.errors import StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chores:
    """What to do. `copies`: the folder for copies of the database, None for no copy, of which the newest `keep`
    stay. `compact` gives room back to the disk and holds up whoever writes meanwhile.
    """

    retention: Retention = field(default_factory=Retention)
    copies: Path | None = None
    keep: int = 7
    compact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was done, and what is wrong with the store."""

    copy: Path | None
    trimmed: Trimmed
    findings: tuple[Finding, ...]


def keep_house(house: House, chores: Chores, now: datetime) -> Kept:
    """Copies first, so that what goes is in the copy; then lets go, tidies and looks. Raises StoreError."""
    copy = copy_database(house, chores, now) if chores.copies else None
    trimmed = trim(house.store, chores.retention, now)
    tidy(house.store, compact=chores.compact)
    return Kept(copy=copy, trimmed=trimmed, findings=check_store(house.store))


def copy_database(house: House, chores: Chores, now: datetime) -> Path:
    """A copy named after the time, in the folder for copies; the oldest beyond `keep` go once it is there."""
    assert chores.copies
    copy = back_up(house.store, chores.copies / f"storydelta-{now:%Y%m%dT%H%M%SZ}.sqlite3")
    for old in sorted(chores.copies.glob("storydelta-*T*Z.sqlite3"))[: -max(chores.keep, 1)]:
        old.unlink(missing_ok=True)
    return copy


@flow(name="maintain")
async def maintain(
    copies: str | None = None, keep: int = 7, superseded_days: int = 90, others_days: int = 30,
    latest_days: int | None = None, digests_days: int | None = 365,
) -> str:  # fmt: skip
    """Keeps house by night: texts that were replaced, that do not belong, and the others go after so many days, and so
    do the bodies of digests that all have got; a copy goes to the folder `copies`. Fails where something is wrong with
    the store.
    """
    retention = Retention(
        superseded=timedelta(days=superseded_days), others=timedelta(days=others_days),
        latest=None if latest_days is None else timedelta(days=latest_days),
        digests=None if digests_days is None else timedelta(days=digests_days),
    )  # fmt: skip
    chores = Chores(retention=retention, copies=Path(copies) if copies else None, keep=keep)
    house = build_house()
    with house.store:
        kept = keep_house(house, chores, house.clock())
    for finding in kept.findings:
        log.error("%s: %s -> %s", finding.story or "the store", finding.problem, finding.remedy)
    if kept.findings:
        raise StoreError(
            f"{len(kept.findings)} things are wrong with the store; the first: {kept.findings[0].problem}"
        )
    return in_a_line(kept.trimmed)


def in_a_line(trimmed: Trimmed) -> str:
    return (
        f"{trimmed.texts} texts let go, {trimmed.characters:,} characters; {trimmed.digests} digests emptied"
    )
