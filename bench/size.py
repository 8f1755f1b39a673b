"""What a million documents take on disk, by table, and what retention brings that down to.

    python -m bench.size [--quick] [--documents 10000 100000] [--databases sqlite postgresql]

Each document has a text of 2,500 characters and four claims; one in a hundred makes an edition with its digest and
files. Prints JSON: bytes on disk beyond an empty store's, a document and in all, for each number of documents, as it grew, after the texts
were let go and after the bodies of the digests were; beside them what reading the store through takes. `linear` says whether a document takes the same room in the smallest store as in the largest, within a
tenth: only then does `a_million_gb` say what a million take where fewer were stored. A million itself,
`--documents 1000000 --databases sqlite`, needs 27 GB of free disk and about twenty minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bench.filled import CLAIMS, LENGTH, fill
from bench.world import DATABASES, SLUG, START, database, item, lay_out, run
from flows.wiring import build_house
from storage.backup import tidy
from storage.check import check_store
from storage.retention import Retention, trim_digests, trim_texts
from storage.store import Store
from storage.tables import Base

DOCUMENTS = (10_000, 100_000)
QUICK = (2_000, 20_000)
A_DIGEST_EACH = 100
"""So many documents make one edition and digest."""

TOLERANCE = 1.1
ROOM = 3 * 9_000
"""Bytes a document that have to be free: a compacted copy stands beside the old one for a while."""

_LONG_AFTER = START + timedelta(days=4_000)
_MILLION = 1_000_000


def measure(kind: str, documents: int) -> dict[str, Any]:
    """The sizes of one store."""
    with tempfile.TemporaryDirectory(prefix="storydelta-bench-") as folder, database(kind) as url:
        house = build_house(lay_out(Path(folder), url))
        with house.store as store:
            empty = size_of(store)
            for number in range(20):
                run(house, [item(number)], "bench", START + timedelta(hours=number))
            started = perf_counter()
            fill(store, SLUG, documents, editions=documents // A_DIGEST_EACH)
            seconds = perf_counter() - started
            grown, tables = size_of(store) - empty, tables_of(store)
            started = process_time()
            assert check_store(store) == ()
            checked = process_time() - started
            trim_texts(store, Retention(latest=timedelta(0)), _LONG_AFTER)
            tidy(store, compact=True)
            without_texts = size_of(store) - empty
            trim_digests(store, Retention(digests=timedelta(0)), _LONG_AFTER)
            tidy(store, compact=True)
            without_digests = size_of(store) - empty
    return {
        "documents": documents, "seconds_to_fill": round(seconds, 1), "bytes": grown,
        "cpu_ms_a_document_to_check": round(1000 * checked / documents, 3),
        "bytes_a_document": round(grown / documents), "by_table": {n: round(b / documents) for n, b in tables.items()},
        "bytes_a_document_without_texts": round(without_texts / documents),
        "bytes_a_document_without_texts_and_digests": round(without_digests / documents),
    }  # fmt: skip


def size_of(store: Store) -> int:
    """Bytes on disk: of the file, once its journal is empty, or of the whole database."""
    with store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(str(store.engine.url.database)).stat().st_size


def tables_of(store: Store) -> dict[str, int]:
    """Bytes by table, largest first, its indexes and its long values among them; empty where the database does not
    say.
    """
    asked = {
        "postgresql": "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relname = ANY(:tables)",
        "sqlite": "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_master USING (name)"
        " WHERE aggregate = 1 GROUP BY tbl_name",
    }
    with store.engine.connect() as connection:
        question = asked[connection.dialect.name]
        values = {"tables": list(Base.metadata.tables)} if "ANY" in question else {}
        try:
            found = [(str(name), int(size)) for name, size in connection.execute(text(question), values)]
        except OperationalError:  # SQLite without dbstat
            return {}
    return dict(sorted(found, key=lambda entry: -entry[1]))


def compared(stores: list[dict[str, Any]]) -> dict[str, Any]:
    """All stores of one kind, and what a million documents take."""
    first, last = stores[0], stores[-1]
    ratio = first["bytes_a_document"] / last["bytes_a_document"]
    found: dict[str, Any] = {"stores": stores, "linear": 1 / TOLERANCE <= ratio <= TOLERANCE}
    if found["linear"] or last["documents"] == _MILLION:
        found["a_million_gb"] = {
            name: round(last[name] * _MILLION / 1e9, 2)
            for name in last
            if name.startswith("bytes_a_document")
        } | {"is": "measured" if last["documents"] == _MILLION else "extrapolated"}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="2,000 and 20,000 documents; about a minute")
    parser.add_argument("--documents", type=int, nargs="+", default=DOCUMENTS)
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    given = parser.parse_args()
    sizes = sorted(QUICK if given.quick else given.documents)
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < ROOM * sizes[-1]:
        sys.exit(
            f"{ROOM * sizes[-1] / 1e9:.0f} GB have to be free in {tempfile.gettempdir()}: name fewer documents"
        )
    found: dict[str, Any] = {
        "characters_a_document": LENGTH, "claims_a_document": CLAIMS, "documents_an_edition": A_DIGEST_EACH
    }  # fmt: skip
    for kind in given.databases:
        found[kind] = compared([measure(kind, documents) for documents in sizes])
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
