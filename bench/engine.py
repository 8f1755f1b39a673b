"""How fast the claim engine reads, what it costs in memory, and that its time stays linear.

    python -m bench.engine [--quick] [--data FOLDER] [--documents N] [--plain N] [--top N]

Prints one JSON object: documents and megabytes a second over relevant documents (the open half of MUC-4, one news text
after the other) and over a stream in which one document in ten is relevant and nine are news of other things; the same
for a plain spaCy pipeline over every sentence and over whole documents, on every so manieth of them; how many times faster
the engine is, byte for byte; peak memory; the functions that take the time; and seconds for n, 2n and 4n of hostile text.
All seconds are of the processor. With --quick everything is a tenth as large: two minutes. FOLDER defaults to `shared/data` beside the checkout's
parent. Where it is absent the documents are put together from the sentences that the project's own tests read.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import json
import pstats
import random
import resource
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from storydelta.claims import KINDS
from storydelta.claims.reader import Reader
from storydelta.model import Item
from storydelta.names import load_names
from storydelta.syntax import MODEL, load_parser
from storydelta.text import sentences

ROOT = Path(__file__).resolve().parents[1]
RELEVANT = 10
"""In the mixed stream every so many documents one is relevant."""
MEGABYTE = 1_000_000
QUICK = 10
"""How much smaller everything is in the quick form."""
PATIENCE = 45.0
"""Seconds beyond which a larger text of the same sort is not tried."""


def main() -> None:
    asked = _arguments()
    relevant = list(islice(_relevant(asked.data), asked.documents))
    mixed = list(_mixed(relevant, list(_other(asked.data))))
    if asked.quick:
        mixed = mixed[: asked.documents]
    _warm_up()
    report: dict[str, Any] = {
        "corpus": "muc4 open" if _has(asked.data, "muc4") else "synthetic",
        "engine": {"relevant": _engine(relevant), "mixed": _engine(mixed)},
        "peak_memory_mb": {"engine": _peak()},
        "read_again": _again(relevant[: asked.plain]),
        "scaling_seconds": _scaling(QUICK if asked.quick else 1),
    }
    report["peak_memory_mb"]["after_the_largest_text"] = _peak()
    report["spacy"] = {
        stream: _spacy(documents[:: max(1, len(documents) // asked.plain)])
        for stream, documents in (("relevant", relevant), ("mixed", mixed))
    }
    report["times_faster"] = _compared(report)
    report["profile"] = _profile(relevant[: asked.plain], asked.top)
    json.dump(report, sys.stdout, indent=2)
    print()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="measurement data")
    parser.add_argument("--documents", type=int, default=1500, help="relevant documents at most")
    parser.add_argument("--plain", type=int, default=200, help="documents for plain spaCy and the profile")
    parser.add_argument("--top", type=int, default=15, help="functions in the profile")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    asked = parser.parse_args()
    if asked.quick:
        asked.documents, asked.plain = asked.documents // QUICK, asked.plain // QUICK
    return asked


# What is read


def _has(data: Path, name: str) -> bool:
    return any((data / name).glob("*.jsonl*"))


def _rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    for file in sorted((data / name).glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _relevant(data: Path) -> Iterator[str]:
    if _has(data, "muc4"):
        yield from (row.get("text_cased") or row["text"] for row in _rows(data, "muc4"))
    else:
        yield from _synthetic(claims=True)


def _other(data: Path) -> Iterator[str]:
    """News of other things: reviews, sport, business, local affairs."""
    if _has(data, "html"):
        yield from (row["gold_text"] for row in _rows(data, "html"))
    else:
        yield from _synthetic(claims=False)


def _mixed(relevant: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    """As many documents as there are other ones, times over; no text comes twice."""
    for n, text in enumerate(other):
        if n % (RELEVANT - 1) == 0 and n // (RELEVANT - 1) < len(relevant):
            yield relevant[n // (RELEVANT - 1)]
        yield text


def _synthetic(*, claims: bool, documents: int = 300) -> Iterator[str]:
    """Documents of twelve sentences, put together from the test cases: those that make a claim, or the near misses."""
    pool = [text for text, makes in _cases() if makes == claims]
    chance = random.Random(7)
    for n in range(documents):
        yield "\n\n".join(f"{text} Paragraph {n}." for text in chance.choices(pool, k=12))


def _cases() -> Iterator[tuple[str, bool]]:
    """The sentences of the test cases, and whether they make a claim."""
    for file in sorted((ROOT / "tests" / "cases").glob("*.toml")):
        for cases in (
            _lists(tomllib.loads(file.read_text(encoding="utf-8"))) if file.stem != "numbers" else ()
        ):
            for case in cases:
                if isinstance(case, dict) and "claims" in case:
                    yield case["text"], bool(case["claims"])
                elif isinstance(case, list) and case and isinstance(case[0], str):
                    yield case[0], len(case) > 1


def _lists(content: dict[str, Any]) -> Iterator[list[Any]]:
    """The lists called `cases`, at the top of a file or in its tables."""
    for table in (content, *content.values()):
        if isinstance(table, dict) and isinstance(table.get("cases"), list):
            yield table["cases"]


# What it costs


def _reader() -> Reader:
    """An engine that has read nothing yet."""
    load_parser.cache_clear()
    return Reader(kinds=KINDS, names=load_names(), parser=load_parser())


def _warm_up() -> None:
    """So that no figure holds the time of loading."""
    _reader().read(text="Turkey blamed the PKK for a bomb that killed 12 people. Police arrested two men.")


def _items(documents: Sequence[str]) -> Iterator[Item]:
    return (Item(url="", text=text) for text in documents)


def _engine(documents: Sequence[str]) -> dict[str, float]:
    reader = _reader()
    claims = 0

    def read() -> None:
        nonlocal claims
        claims = sum(len(claims) for _, claims in reader.read_all(_items(documents)))

    found = {**_speed(documents, _seconds(read)), "claims": claims}
    _say(f"engine: {found}")
    return found


def _again(documents: Sequence[str]) -> dict[str, float]:
    """Copies and revisions: the same documents read a second time by the same engine."""
    reader = _reader()

    def read() -> None:
        for _ in reader.read_all(_items(documents)):
            pass

    first, second = _seconds(read), _seconds(read)
    return {"first_seconds": round(first, 2), "second_seconds": round(second, 2)}


def _spacy(documents: Sequence[str]) -> dict[str, dict[str, float]]:
    """The whole pipeline of the same model, batched: what it would cost to parse everything."""
    import spacy  # noqa: PLC0415 - as the engine does, only when it is needed

    pipeline = spacy.load(MODEL)
    lines = [s.plain for text in documents for s in sentences(text)]

    def run(texts: Sequence[str]) -> float:
        return _seconds(lambda: [None for _ in pipeline.pipe(texts, batch_size=64)])

    found = {
        "every_sentence": _speed(documents, run(lines)),
        "whole_documents": _speed(documents, run(documents)),
    }
    _say(f"plain spaCy: {found}")
    return found


def _speed(documents: Sequence[str], seconds: float) -> dict[str, float]:
    size = sum(len(text.encode()) for text in documents)
    return {
        "documents": len(documents),
        "megabytes": round(size / MEGABYTE, 2),
        "seconds": round(seconds, 2),
        "documents_a_second": round(len(documents) / seconds, 1),
        "megabytes_a_second": round(size / MEGABYTE / seconds, 3),
    }


def _compared(report: dict[str, Any]) -> dict[str, float]:
    """By bytes, since the samples are of different length; against the faster of the two plain ways."""
    return {
        stream: round(
            report["engine"][stream]["megabytes_a_second"]
            / max(way["megabytes_a_second"] for way in report["spacy"][stream].values()),
            1,
        )
        for stream in ("relevant", "mixed")
    }


def _seconds(act: Callable[[], object]) -> float:
    """Of the processor's time, so that a busy machine does not count against either side; nothing here runs in threads."""
    started = process_time()
    act()
    return process_time() - started


def _peak() -> int:
    """Megabytes of memory at most so far, in the order in which the report is made."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _profile(documents: Sequence[str], top: int) -> list[dict[str, float | str]]:
    """The functions that take most time themselves, without those they call."""
    reader = _reader()
    watch = cProfile.Profile()
    watch.enable()
    for _ in reader.read_all(_items(documents)):
        pass
    watch.disable()
    stats = pstats.Stats(watch).stats  # type: ignore[attr-defined]  # typeshed does not know it
    whole = sum(own for _, _, own, _, _ in stats.values())
    heaviest = sorted(stats.items(), key=lambda item: -item[1][2])[:top]
    return [
        {
            "function": f"{Path(file).parent.name}/{Path(file).name}:{line} {name}",
            "calls": calls,
            "own_share": round(own / whole, 3),
            "seconds": round(total, 2),
        }
        for (file, line, name), (_, calls, own, total, _) in heaviest
    ]


# That it stays linear


def _scaling(smaller: int) -> dict[str, dict[str, float | str]]:
    """Seconds for n, 2n and 4n; the largest of the first is ten million characters. `smaller`: so many times."""
    sorts = {
        "news_text": (_news, 2_500_000),
        "short_tolls": (_short_tolls, 250_000),
        "accusations": (_accusations, 50_000),
        "one_sentence": (_one_sentence, 100_000),
        "one_sentence_of_triggers": (_triggers, 100_000),
        "digits": (_digits, 250_000),
        "tolls": (_tolls, 25_000),
        "capitals": (_capitals, 100_000),
        "quotes": (_quotes, 100_000),
        "blanks": (_blanks, 250_000),
    }
    return {
        name: _grown(make, [size // smaller * times for times in (1, 2, 4)])
        for name, (make, size) in sorts.items()
    }


def _grown(make: Callable[[int], str], sizes: Sequence[int]) -> dict[str, float | str]:
    """Seconds by size; larger sizes are left out once one took longer than anybody would wait."""
    reader = _reader()
    found: dict[str, float | str] = {}
    for size in sizes:
        text = make(size)
        if any(isinstance(seconds, float) and seconds > PATIENCE for seconds in found.values()):
            found[str(size)] = "not tried"
            continue
        found[str(size)] = round(_seconds(lambda text=text: reader.read(text=text)), 2)  # type: ignore[misc]
    _say(f"scaling of {make.__name__.strip('_')}: {found}")
    return found


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _news(size: int) -> str:
    """Paragraphs that differ, one in thirty of them with a toll, so that no cache answers for another."""
    parts, length, n = [], 0, 0
    while length < size:
        toll = f"At least {n} people were killed when the bridge fell, police said." if n % 30 == 0 else ""
        parts.append(
            f"On day {n} the council met again to talk about road {n} and the price of bread. {toll}".strip()
        )
        length += len(parts[-1]) + 2
        n += 1
    return "\n\n".join(parts)[:size]


def _short_tolls(size: int) -> str:
    """The densest of texts: a claim in each sentence of two words."""
    return ("7 dead. " * (size // 8 + 1))[:size]


def _accusations(size: int) -> str:
    """A figure, a speaker and an accusation in each sentence, and no sentence twice."""
    sentence = "Police said rebels of the ELN killed {n} people in the attack on town {n}."
    return " ".join(sentence.format(n=n) for n in range(size // len(sentence) + 1))[:size]


def _blanks(size: int) -> str:
    return "7 dead." + " " * size + "9 dead."


def _digits(size: int) -> str:
    return "7" * size


def _tolls(size: int) -> str:
    return ("1,000,000 killed, " * (size // 18 + 1))[:size]


def _capitals(size: int) -> str:
    return ("THE RIVER ROSE AND PEOPLE FLED " * (size // 31 + 1))[:size]


def _quotes(size: int) -> str:
    return ("\"'([{" * (size // 5 + 1))[:size]


def _one_sentence(size: int) -> str:
    return ("and then the council of the town went on to speak of it " * (size // 50))[:size]


def _triggers(size: int) -> str:
    return ("and the army said that rebels killed 12 people in an attack blamed on them " * (size // 50))[
        :size
    ]


if __name__ == "__main__":
    main()
