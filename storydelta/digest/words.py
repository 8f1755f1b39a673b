"""Values and changes in words, as a person would write them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from babel.numbers import format_decimal

from storydelta.digest.moments import short
from storydelta.digest.phrases import Phrases, load_phrases
from storydelta.digest.safety import clean, shown
from storydelta.ledger import rules
from storydelta.model import Change, ChangeKind, Name, Qualifier, Range, Stance, Statement, Subject, Value
from storydelta.names import fold

if TYPE_CHECKING:
    from datetime import datetime

_LABELLED = (ChangeKind.DISPUTED, ChangeKind.RESOLVED)
AGAINST = frozenset({Stance.DENIES, Stance.DOUBTS})
SEVERAL = "several"
"""The id of an actor that stands for several, whose names are fit to be shown already."""


def say(value: Value, phrases: Phrases | None = None) -> str:
    """A value as people write it: "at least 60", "dozens", "1,200", "40–50"; of a stance its word."""
    phrases = phrases or load_phrases()
    if isinstance(value, Range):
        return _say_range(value, phrases)
    return phrases.stances[value].word if value in phrases.stances else clean(value)


def _say_range(count: Range, phrases: Phrases) -> str:
    low, high, qualifier = count.low, count.high, count.qualifier
    form, number = str(qualifier), low
    if qualifier in (Qualifier.UP_TO, Qualifier.FEWER_THAN) and high is not None:
        number = high
    elif qualifier is Qualifier.VAGUE and high is not None:
        form = next((entry.word for entry in phrases.vague if entry.range == (low, high)), "vague")
    elif high is None and qualifier in (Qualifier.RANGE, Qualifier.VAGUE):
        form = "open"
    elif high not in (None, low):
        form = "range"
    elif qualifier is Qualifier.EXACT and low == 0:
        form = "none"
    written = (_number(n, phrases.locale) for n in (number, low, low if high is None else high))
    return phrases.numbers.get(form, form).format(**dict(zip(("n", "low", "high"), written, strict=True)))


@lru_cache(maxsize=4096)
def _number(n: int, locale: str) -> str:
    return format_decimal(n, locale=locale)


def describe(change: Change, *, zone: str = "UTC", phrases: Phrases | None = None) -> str:
    """A change in one line: "Killed: 133 → 137 (Investigative Committee, via TASS, 24 Mar 08:10)", "Russia now
    doubts that the Islamic State did it". Times are in `zone`.
    """
    phrases = phrases or load_phrases()
    if change.subject.measure is None:
        sentence = stance_sentence(change, phrases)
        label = phrases.changes[form(change)].word
        return f"{label}: {sentence}" if change.change in _LABELLED else sentence
    line = _fill(phrases.figure, change, phrases, capital=True)
    cause = telling(change)
    return f"{line} ({source(cause, zone, phrases, now=change.at)})" if cause else line


def form(change: Change) -> str:
    """Under which key the phrases have the words for a change: its kind, or the rule that made a figure firm."""
    return change.rule if change.rule in (rules.CONFIRMED, rules.STOOD_ALONE) else str(change.change)


def headline(change: Change, phrases: Phrases) -> str:
    """A change as a headline: "137 killed, up from 133"."""
    if change.subject.measure is None:
        return stance_sentence(change, phrases)
    return capitalise(_fill(phrases.headlines, change, phrases))


def _fill(forms: object, change: Change, phrases: Phrases, *, capital: bool = False) -> str:
    assert change.subject.measure is not None
    patterns: dict[str, str] = dict(forms)  # type: ignore[call-overload]
    measure = phrases.measures[change.subject.measure]
    against = contradicting(change)
    pattern = patterns["disputed_by" if change.change == "disputed" and against else form(change)]
    return pattern.format(
        measure=capitalise(measure) if capital else measure,
        before=say(change.before, phrases) if change.before else "",
        after=say(change.after, phrases) if change.after else "",
        voice=shown(against.voice.written) if against else "",
        says=_verb(Stance.ASSERTS, against.voice.written, phrases) if against else "",
        other=say(against.value, phrases) if against else "",
    )


def stance_sentence(change: Change, phrases: Phrases) -> str:
    """A change of responsibility as a sentence."""
    cause = telling(change)
    value = change.before if change.change == "withdrawn" else change.after
    speaker = (cause.voice if cause else None) or change.subject.speaker
    against = contradicting(change)
    key = "disputed_by" if change.change == "disputed" and against else str(change.change)
    other = sentence(against.voice, against.value, change.subject, phrases) if against else ""
    plain = clause(speaker, value or "", change.subject, phrases)
    return capitalise(phrases.sentences[key].format(**plain, other=other))


def sentence(speaker: Name, value: Value, subject: Subject, phrases: Phrases) -> str:
    """As in "Ukraine denies responsibility": a stance in words, not yet capitalised."""
    return phrases.sentences["first"].format(**clause(speaker, value, subject, phrases))


def clause(speaker: Name | None, value: Value, subject: Subject, phrases: Phrases) -> dict[str, str]:
    """Speaker, verb and object of a stance, to be put into one of the language's sentences."""
    name = with_article(shown(speaker.written), phrases) if speaker else phrases.speakers.somebody
    actor = with_article(actor_name(subject.actor), phrases) if subject.actor else ""
    if isinstance(value, Range) or value not in phrases.stances:
        return {"speaker": name, "verb": clean(str(value)), "object": actor}
    stance = phrases.stances[value]
    own = speaker is not None and subject.actor is not None and speaker.id == subject.actor.id
    return {
        "speaker": f"{name}," if ", " in name else name,  # the comma that closes an apposition
        "verb": _verb(value, name, phrases),
        "object": stance.own if own else stance.object.format(actor=actor),
    }


def actor_name(actor: Name) -> str:
    """An actor's name, or those of several, fit to stand in a sentence."""
    return actor.written if actor.id == SEVERAL else shown(actor.written)


def with_article(name: str, phrases: Phrases) -> str:
    """The name as it stands in a sentence: "the US"; most stay as they are."""
    plain = name.casefold().replace(".", "").replace("-", " ")
    return phrases.speakers.article.format(name=name) if plain in phrases.speakers.the else name


def _verb(stance: str, speaker: str, phrases: Phrases) -> str:
    return phrases.stances[stance].many if _is_plural(speaker, phrases) else phrases.stances[stance].one


def _is_plural(name: str, phrases: Phrases) -> bool:
    """Whether a name takes its verb in the plural: "officials in Moscow", but not "the United States"."""
    words = clean(name).casefold().split()
    ends = next(
        (i for i, word in enumerate(words) if i and word in ("of", "in", "from", "at", "for")), len(words)
    )
    return bool(words) and words[:ends][-1] in phrases.speakers.plural


def telling(change: Change) -> Statement | None:
    """The statement that made a change: the newest cause with the value that is now held, else the newest."""
    causes = sorted(change.causes, key=lambda cause: (cause.said_at, cause.seen_at))
    holding = [cause for cause in causes if cause.value == change.after]
    mine = [c for c in holding if change.subject.speaker and c.voice.id == change.subject.speaker.id]
    best = mine or holding or causes
    return best[-1] if best else None


def contradicting(change: Change) -> Statement | None:
    """Of a dispute, the newest cause that says otherwise."""
    held = telling(change)
    others = [
        c for c in change.causes if held and oppose(c.value, held.value) and c.voice.id != held.voice.id
    ]
    return max(others, key=lambda cause: (cause.said_at, cause.seen_at), default=None)


def oppose(one: Value, other: Value) -> bool:
    """Whether two values stand on different sides: different figures, or a stance for and one against."""
    if isinstance(one, Range) or isinstance(other, Range):
        return one != other
    return (one in AGAINST) != (other in AGAINST)


def source(cause: Statement, zone: str, phrases: Phrases, *, now: datetime | None = None) -> str:
    """As in "Investigative Committee, via TASS, 24 Mar 08:10"; with the year where it is not that of `now`."""
    via = via_publisher(cause)
    parts = [shown(cause.voice.written), f"{phrases.labels['via']} {via}" if via else ""]
    return ", ".join([*filter(None, parts), short(cause.said_at, zone, phrases, now=now)])


def via_publisher(statement: Statement) -> str:
    """The publisher through whom a voice spoke; empty where it is the voice itself, or unknown."""
    publisher = statement.publisher
    if not publisher or fold(publisher) == fold(statement.voice.written):
        return ""
    return shown(publisher)


def capitalise(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
