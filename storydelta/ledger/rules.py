"""The rules of comparison by name, each with its reason. A change carries the name of the rule that found it."""

from __future__ import annotations

FIRST_WORD = "first_word"
NEWEST_LEADS = "newest_leads"
VOICE_MOVED = "voice_moved"
HOUSE_MOVED = "house_moved"
EDITED_IN_PLACE = "edited_in_place"
UNNAMED_AGREE = "unnamed_agree"
UNNAMED_STEP = "unnamed_step"
LOWER_VOICE_DISPUTES = "lower_voice_disputes"
SECOND_VOICE_SIDES = "second_voice_sides"
DISPUTE_ENDED = "dispute_ended"
CONFIRMED = "confirmed"
STOOD_ALONE = "stood_alone"
RETRACTED = "retracted"
LATEST_WORD = "latest_word"
ACTOR_DISPUTED = "actor_disputed"
ACTOR_SETTLED = "actor_settled"

RULES = {
    FIRST_WORD: "Nothing was held on the subject before; the first word about it opens the position.",
    NEWEST_LEADS: "Events unfold: between voices the newest figure leads, unless it is open or vague and the "
    "standing one already satisfies it.",
    VOICE_MOVED: "A voice knows what it said before: its later word replaces its earlier one, also downward.",
    HOUSE_MOVED: "A publisher that now gives another figure itself has left what it relayed before, where nobody "
    "else carries that.",
    EDITED_IN_PLACE: "An edit replaces what the older text of the same document said.",
    UNNAMED_AGREE: "A document without a publisher is weak alone; where enough of them agree within a short time, "
    "they make a voice, the voice of the unnamed sources.",
    UNNAMED_STEP: "Tolls creep: a single document without a publisher raises what such documents said by a quarter "
    "or by one at most.",
    LOWER_VOICE_DISPUTES: "Tolls seldom fall: a lower figure of another voice that excludes the standing one "
    "disputes it, and does not yet replace it.",
    SECOND_VOICE_SIDES: "Two independent voices below the standing figure that agree, or come within a quarter of each "
    "other, outweigh it. A copy, and the same speaker through another publisher, is not independent.",
    DISPUTE_ENDED: "One of the voices moved, so that they no longer contradict each other.",
    CONFIRMED: "What a few documents without a publisher say is often astray; it is confirmed once enough of them, "
    "or a known publisher or site, say the same or come near.",
    STOOD_ALONE: "A figure that nobody confirmed and nobody contradicted for six hours has nobody else to wait for.",
    RETRACTED: "A publisher or speaker took a claim back in so many words.",
    LATEST_WORD: "A stance belongs to its speaker, and the latest one stands; where several publishers speak for "
    "themselves, what most of them say, on a tie what was said first.",
    ACTOR_DISPUTED: "One voice holds the actor responsible, or claims the act, and another denies or doubts it.",
    ACTOR_SETTLED: "Nobody contradicts anybody about the actor any longer.",
}
