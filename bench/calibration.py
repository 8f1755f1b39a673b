"""Whether `confidence` means what it says: of the claims read with so much confidence, the share that is right.

    python -m bench.calibration [--data FOLDER] [--eval FOLDER] [--limit N] [--json]

Reads the open halves with the engine as it stands and judges its claims as the evaluation does (its `evalkit` is
imported from the folder). Prints a reliability table by bins of confidence for figures and for responsibility, and for
each rule how many claims were judged, the share that is right, the confidence that it gives, and the one that the
shares suggest: (right + 1) / (judged + 2), so that a rule seen twice is not called certain.

What is judged: where every sentence is annotated (itn, bbc), each distinct total and each responsibility claim; where
only the event is (muc4, gvc), the one figure that a reader takes for a document's total, if gold gives a total for it,
and each organisation held responsible in a relevant text. Gold is partial there, so those shares are lower bounds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from storydelta.claims import KINDS
from storydelta.claims.contract import claim_to_json
from storydelta.claims.reader import Reader
from storydelta.names import load_names
from storydelta.syntax import load_parser

ROOT = Path(__file__).resolve().parents[1]
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)
FULLY_ANNOTATED = ("killed", "injured", "missing")


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim that gold speaks about."""

    kind: str
    rule: str
    confidence: float
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="measurement data")
    parser.add_argument(
        "--eval", type=Path, default=ROOT.parent / "shared" / "eval", help="folder of the evalkit"
    )
    parser.add_argument("--limit", type=int, help="documents of each set at most")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    sys.path.insert(0, str(asked.eval))
    judged = list(_judged(asked.data, asked.limit))
    report = {
        kind: {"bins": list(_bins(mine)), "rules": list(_rules(mine))}
        for kind in ("figure", "responsibility")
        if (mine := [one for one in judged if one.kind == kind])
    }
    if asked.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        _print(report)


# Judging


def _judged(data: Path, limit: int | None) -> Iterator[Judged]:
    datasets, matching, responsibility = (
        import_module(f"evalkit.{name}") for name in ("datasets", "matching", "responsibility")
    )
    reader = Reader(kinds=KINDS, names=load_names(), parser=load_parser())
    for name, flat in (("itn", True), ("bbc", True), ("muc4", False), ("gvc", True)):
        try:
            items = getattr(datasets, name)(data, "open")
        except datasets.DatasetMissing as missing:
            print(f"{name}: {missing}", file=sys.stderr)
            continue
        for item in (datasets.flat(items) if flat else items)[:limit]:
            claims = _read(reader, item.document)
            if name in ("itn", "bbc"):
                yield from _every_figure(claims, item.gold, matching)
                yield from _every_stance(claims, item.gold, matching)
            else:
                yield from _totals(claims, item.gold, matching)
                yield from _organisations(claims, item.gold, matching, responsibility)
        print(f"{name} read", file=sys.stderr, flush=True)


def _read(reader: Reader, document: dict[str, Any]) -> list[dict[str, Any]]:
    at = document.get("published_at")
    claims = reader.read(
        title=document.get("title") or "",
        text=document.get("text") or "",
        publisher=document.get("publisher"),
        published_at=datetime.fromisoformat(f"{at[:10]}T00:00:00+00:00") if at else None,
    )
    return [claim_to_json(claim) for claim in claims]


def _judge(claim: dict[str, Any], *, right: bool) -> Judged:
    return Judged(claim["kind"], claim["rule"], claim["confidence"], right)


def _every_figure(claims: Iterable[dict[str, Any]], gold: dict[str, Any], matching: Any) -> Iterator[Judged]:
    seen: set[tuple[object, ...]] = set()
    for claim in claims:
        if claim["kind"] == "figure" and claim["scope"] == "total" and claim["measure"] in FULLY_ANNOTATED:
            key = (claim["measure"], claim["low"], claim["high"], matching.CLASS[claim["qualifier"]])
            if key not in seen:
                seen.add(key)
                yield _judge(claim, right=any(matching.same_figure(claim, one) for one in gold["figures"]))


def _every_stance(claims: Iterable[dict[str, Any]], gold: dict[str, Any], matching: Any) -> Iterator[Judged]:
    for claim in claims:
        if claim["kind"] == "responsibility" and "claims" in gold:
            right = any(
                matching.same_actor(claim, one["target"])
                and claim["stance"] == one["stance"]
                and matching.same_speaker(claim, one["speaker"])
                for one in gold["claims"]
            )
            yield _judge(claim, right=right)


def _totals(claims: list[dict[str, Any]], gold: dict[str, Any], matching: Any) -> Iterator[Judged]:
    """The total of a text, where gold gives one that the text writes."""
    for measure in ("killed", "injured", "detained"):
        if "final" in gold:
            written = any(figure["measure"] == measure for figure in gold["figures"])
            accepted = gold["final"][measure] if written else None
        else:
            accepted = gold["totals"].get(measure)
        total = matching.document_total(claims, measure) if accepted else None
        if total and "rule" in total:
            yield _judge(total, right=matching.states(total, accepted))


def _organisations(
    claims: Iterable[dict[str, Any]], gold: dict[str, Any], matching: Any, responsibility: Any
) -> Iterator[Judged]:
    if not gold.get("relevant"):
        return
    neutral = [org["names"] for org in gold["orgs"] if org["optional"]] + gold["individuals"]
    meant = [org for org in gold["orgs"] if not org["optional"]]
    for claim in claims:
        if claim["kind"] != "responsibility" or claim["stance"] == "denies" or matching.is_generic(claim):
            continue
        mine = [org for org in meant if matching.same_actor(claim, *org["names"])]
        if not mine and any(matching.same_actor(claim, *names) for names in neutral):
            continue
        spoken = not matching.is_document(claim.get("speaker"))
        sure = [kind for org in mine for kind in org["confidence"]]
        fits = not sure or any(responsibility.CONFIDENCE[kind](claim["stance"], spoken) for kind in sure)
        yield _judge(claim, right=bool(mine) and fits)


# Tables


def _bins(judged: list[Judged]) -> Iterator[dict[str, Any]]:
    for low, high in pairwise(BINS):
        inside = [one for one in judged if low <= one.confidence < high]
        if inside:
            yield {
                "from": low,
                "to": min(high, 1.0),
                "claims": len(inside),
                "mean_confidence": round(sum(one.confidence for one in inside) / len(inside), 3),
                "right": round(sum(one.right for one in inside) / len(inside), 3),
            }


def _rules(judged: list[Judged]) -> Iterator[dict[str, Any]]:
    by_rule: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_rule[one.rule].append(one)
    for rule, mine in sorted(by_rule.items(), key=lambda item: -len(item[1])):
        right = sum(one.right for one in mine)
        yield {
            "rule": rule,
            "claims": len(mine),
            "right": round(right / len(mine), 3),
            "confidence": round(sum(one.confidence for one in mine) / len(mine), 3),
            "suggested": round((right + 1) / (len(mine) + 2), 2),
        }


def _print(report: dict[str, Any]) -> None:
    for kind, tables in report.items():
        print(f"\n{kind}\n\n| confidence | claims | mean | right |\n| --- | --- | --- | --- |")
        for row in tables["bins"]:
            print(
                f"| {row['from']:.2f}–{row['to']:.2f} | {row['claims']} | {row['mean_confidence']:.2f} | {row['right']:.2f} |"
            )
        print("\n| rule | claims | right | confidence | suggested |\n| --- | --- | --- | --- | --- |")
        for row in tables["rules"]:
            print(
                f"| `{row['rule']}` | {row['claims']} | {row['right']:.2f} | {row['confidence']:.2f} | {row['suggested']:.2f} |"
            )


if __name__ == "__main__":
    main()
