"""A story told by several voices, compared and judged as a run would, for tests of digests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storydelta.compare import compare
from storydelta.digest import Digest, SourceHealth, build_digest
from storydelta.model import (
    Edition,
    Evidence,
    Figure,
    Ledger,
    Measure,
    Qualifier,
    Range,
    Reading,
    Responsibility,
    Revision,
    Scope,
    Stance,
    Verdict,
)
from storydelta.names import Names
from storydelta.significance import judge
from storydelta.story import AlertRules, Story
from tests.samples import KINDS, exactly

NAMES = Names(
    ids={
        "islamic state": "islamic_state",
        "isis": "islamic_state",
        "united states": "us",
        "us": "us",
        "russia": "russia",
        "ukraine": "ukraine",
    }
)
STORY = Story.model_validate(
    {
        "slug": "crocus-city-hall",
        "title": "Crocus City Hall attack",
        "timezone": "Europe/Moscow",
        "sources": [{"kind": "folder", "path": "seeds"}],
    }
)
START = datetime(2024, 3, 22, 19, 30, tzinfo=UTC)


def evidence(sentence: str, telling: str) -> Evidence:
    """A sentence at offset 100 of a text, with its telling words."""
    start = 100 + sentence.index(telling)
    return Evidence(
        field="text",
        start=100,
        end=100 + len(sentence),
        text=sentence,
        focus=(start, start + len(telling)),
    )


def figure(count: Range, sentence: str, telling: str, *, speaker: str | None = None, measure=Measure.KILLED):
    return Figure(
        evidence=evidence(sentence, telling),
        speaker=NAMES.name(speaker) if speaker else None,
        rule="sample",
        measure=measure,
        count=count,
        scope=Scope.TOTAL,
    )


def blame(stance: Stance, actor: str, sentence: str, telling: str, *, speaker: str | None = None):
    return Responsibility(
        evidence=evidence(sentence, telling),
        speaker=NAMES.name(speaker) if speaker else None,
        rule="sample",
        stance=stance,
        actor=NAMES.name(actor),
    )


def reading(at: datetime, publisher: str, title: str, *claims, url: str | None = None) -> Reading:
    slug = "".join(c if c.isalnum() else "-" for c in title.lower())
    document = url or f"https://{publisher.partition(' ')[0].lower()}.example/{at:%Y/%m/%d}/{slug}"
    revision = Revision(
        id=f"{document}@{at:%s}", document=document, title=title, text="", publisher=publisher, published_at=at,
        seen_at=at + timedelta(minutes=4),
    )  # fmt: skip
    return Reading(revision=revision, claims=tuple(claims))


def run(ledger: Ledger, readings, now: datetime, recent=()) -> tuple[Ledger, tuple[Verdict, ...]]:
    """One run's comparison and judgement."""
    after, changes = compare(ledger, readings, now, kinds=KINDS, names=NAMES)
    verdicts = judge(
        changes,
        AlertRules(),
        ledger=after,
        now=now,
        last_digest_at=None,
        recent=recent,
        timezone="Europe/Moscow",
    )
    return after, verdicts


def digest_of(runs, story: Story = STORY, **more) -> Digest:
    """The digest of the last of several runs, each a list of readings."""
    ledger, verdicts = Ledger(), ()
    now = START
    for readings in runs:
        now = max(r.revision.seen_at for r in readings) + timedelta(minutes=1)
        ledger, verdicts = run(ledger, readings, now)
    edition = Edition(story=story.slug, number=len(runs), made_at=now, ledger=ledger, verdicts=verdicts)
    alerting = [v for v in verdicts if v.alert]
    held = [v for v in verdicts if not v.alert]
    given = {
        "ingested": [r.revision for r in runs[-1]] if runs else [],
        "held_back": held,
        **more,
    }
    return build_digest(story, edition=edition, verdicts=alerting, ledger=ledger, now=now, **given)


def hours(n: float) -> datetime:
    return START + timedelta(hours=n)


def crocus_runs():
    """Three runs: first counts, then a claim and a higher count, then doubts, a raise and a lower voice."""
    return [
        [
            reading(
                hours(0), "TASS", "Dozens killed as gunmen storm concert hall near Moscow",
                figure(exactly(40), "Preliminary figures put the dead at 40, the FSB said on Friday night.", "dead at 40",
                       speaker="the FSB"),
                figure(Range(low=100, high=None, qualifier=Qualifier.MORE_THAN),
                       "More than 100 people were wounded, the security service added.", "More than 100 people were wounded",
                       speaker="the FSB", measure=Measure.INJURED),
            ),
        ],
        [
            reading(
                hours(1), "Amaq", "Fighters attacked a gathering near Moscow",
                blame(Stance.CLAIMS, "Islamic State", "Islamic State fighters attacked a large gathering, the group said.",
                      "attacked a large gathering", speaker="Islamic State"),
            ),
            reading(
                hours(2.5), "Reuters", "US confirms claim, official says",
                blame(Stance.ASSERTS, "Islamic State",
                      "Washington holds intelligence confirming that the Islamic State carried out the shooting, a US "
                      "official said.", "the Islamic State carried out the shooting", speaker="the United States"),
                blame(Stance.DENIES, "Ukraine", "Kyiv had nothing to do with the attack, Mykhailo Podolyak said.",
                      "had nothing to do with the attack", speaker="Ukraine"),
            ),
            reading(
                hours(19), "TASS", "Death toll reaches 133",
                figure(exactly(133), "The number of people killed has risen to 133, the Investigative Committee reported.",
                       "risen to 133", speaker="the Investigative Committee"),
            ),
        ],
        [
            reading(
                hours(36.7), "TASS", "Toll rises to 137 after search of the ruins",
                figure(exactly(137), "Investigators say that 137 people, three of them children, were killed in the attack on "
                       "the concert hall.", "137 people, three of them children, were killed",
                       speaker="the Investigative Committee"),
                figure(exactly(182), "182 people were injured, health officials in the Moscow region said.",
                       "182 people were injured", speaker="Health officials", measure=Measure.INJURED),
            ),
            reading(
                hours(37), "Meduza", "Hospitals count fewer dead",
                figure(exactly(120), "Doctors at two hospitals counted 120 dead by Sunday noon.", "120 dead",
                       speaker="Doctors at two hospitals"),
            ),
            reading(
                hours(61), "BBC News", "Moscow questions Islamic State claim",
                blame(Stance.DOUBTS, "the Islamic State",
                      "Russia's foreign ministry has cast doubt on American assertions that the Islamic State was behind it.",
                      "cast doubt on American assertions", speaker="Russia"),
                blame(Stance.SUSPECTS, "Ukraine", "The president suggested that a window had been prepared for them in Ukraine.",
                      "a window had been prepared", speaker="Russia"),
            ),
        ],
    ]  # fmt: skip


SOURCES = (
    SourceHealth(name="TASS feed", state="ok", since=None, problem=""),
    SourceHealth(name="Meduza", state="down", since=None, problem="answers with status 503 since Sunday"),
)


def crocus_digest(**more) -> Digest:
    """The digest after the three runs."""
    return digest_of(crocus_runs(), sources=SOURCES, **more)
