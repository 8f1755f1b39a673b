"""What it costs to add one reading to a ledger after so many claims: the same, however many there were.

    python bench/ledger.py [--most 1000000]

Prints a table: claims so far, milliseconds of the processor to add one more reading (median of 25, the best of three
attempts at each) to the ledger as it is in memory and as it is in the database, where its subjects are unpacked and
packed too; statements remembered, and the size in the database. The claims come from 400 publishers, 40 speakers and,
one document in ten, nobody known, on all measures, with stances on 8 actors among them.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.claims import NAMES, START, blame, evidence, reading, toll
from storage.ledgers import pack_ledger, unpack_ledger
from storydelta.claims import KINDS
from storydelta.compare import compare
from storydelta.model import Claim, Ledger, Measure, Name, Reading, Stance

CLAIMS_A_READING = 4
BATCH = 200
UNNAMED = 0.1


def document(number: int, chance: random.Random) -> Reading:
    """A document with four claims, some minutes after the last."""
    publisher = f"Paper {chance.randrange(400)}" if chance.random() > UNNAMED else None
    address = f"https://paper.example/{number}" if publisher else f"note-{number}"
    at = START + timedelta(minutes=number)
    return reading(address, at, publisher, *(claim(number, chance) for _ in range(CLAIMS_A_READING)))


def claim(number: int, chance: random.Random) -> Claim:
    sentence = (
        f"Word {number} of the day, as {chance.random():.6f} people of the town were told by the mayor."
    )
    said = evidence(sentence, sentence, telling=10)
    speaker = chance.choice([None, *(Name(written=f"Speaker {n}", id=f"speaker_{n}") for n in range(40))])
    if chance.random() < 1 / 4:
        n = chance.randrange(8)
        return blame(chance.choice(list(Stance)), Name(written=f"Actor {n}", id=f"actor_{n}"), said, speaker)
    low = int(10 + number**0.4 + chance.randrange(5))
    return toll(chance.choice(list(Measure)), low, said, speaker)


def add(ledger: Ledger, one: Reading) -> Ledger:
    after, _ = compare(ledger, [one], one.revision.seen_at, kinds=KINDS, names=NAMES)
    return after


def cost(call: Callable[[Reading], object], readings: Sequence[Reading]) -> float:
    """Milliseconds for a reading."""

    def once(one: Reading) -> float:
        started = process_time()
        call(one)
        return 1000 * (process_time() - started)

    return median(min(once(one) for _ in range(3)) for one in readings)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest number of claims")
    most = parser.parse_args().most
    chance = random.Random(7)
    ledger, number = Ledger(), 0
    print(f"{'claims':>9} {'ms a reading':>13} {'stored':>7} {'remembered':>11} {'KiB':>7}")
    for claims in (n for n in (1_000, 10_000, 100_000, 1_000_000) if n <= most):
        while number * CLAIMS_A_READING < claims:
            batch = [document(number + n, chance) for n in range(BATCH)]
            number += len(batch)
            ledger, _ = compare(ledger, batch, batch[-1].revision.seen_at, kinds=KINDS, names=NAMES)
        packed, more = pack_ledger(ledger), [document(number + n, chance) for n in range(25)]
        held = cost(partial(add, ledger), more)
        stored = cost(lambda one, packed=packed: pack_ledger(add(unpack_ledger(packed), one)), more)
        remembered = sum(len(p.statements) for p in ledger.positions.values()) + sum(
            map(len, ledger.heard.values())
        )
        print(
            f"{number * CLAIMS_A_READING:>9,} {held:>13.2f} {stored:>7.2f} {remembered:>11,} {len(packed) // 1024:>7,}",
            flush=True,
        )


if __name__ == "__main__":
    main()
