from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storydelta import lexicon, relevance
from storydelta.model import Evidence, Item, Stance
from storydelta.relevance import belongs, claim_belongs, keep, theme
from storydelta.story import Belonging
from tests.ledger.voices import figure, reading, stance

DAY = datetime(2024, 5, 1, tzinfo=UTC)


def item(text="", title="", published_at=DAY):
    return Item(url="https://example.org/a", title=title, text=text, published_at=published_at)


def belonging(**rules):
    return Belonging.model_validate(rules)


def test_without_conditions_everything_belongs():
    assert belongs(item("Anything at all."), Belonging()).rule == relevance.NO_CONDITION


@pytest.mark.parametrize(
    ("day", "rule"), [(1, relevance.TOO_EARLY), (10, relevance.NO_CONDITION), (30, relevance.TOO_LATE)]
)
def test_only_what_was_published_in_the_storys_time_belongs(day, rule):
    window = belonging(since="2024-05-05", until="2024-05-20")
    told = belongs(item("A text.", published_at=datetime(2024, 5, day, tzinfo=UTC)), window)
    assert told.rule == rule
    assert bool(told) is (rule == relevance.NO_CONDITION)


def test_a_document_without_a_date_is_not_kept_out_by_a_time_window():
    assert belongs(item("A text.", published_at=None), belonging(since="2024-05-05"))


def test_a_term_that_must_not_appear_keeps_a_document_out():
    told = belongs(
        item("Aurora, the film, opens today."), belonging(about="2012 Aurora shooting", never=["the film"])
    )
    assert (bool(told), told.rule) == (False, relevance.NEVER_TERM)
    assert "the film" in told.reason


def test_one_of_the_terms_that_must_appear_is_enough():
    terms = belonging(must=["Crocus", "Krasnogorsk"])
    assert belongs(item("A fire in Krasnogorsk."), terms)
    assert belongs(item("A fire in Perm."), terms).rule == relevance.MUST_TERM_MISSING


def test_terms_are_whole_words_in_any_case_and_typography():
    assert belongs(item("Outside the CROCUS City Hall’s doors"), belonging(must=["crocus city hall"]))
    assert not belongs(item("Crocuses are in bloom."), belonging(must=["crocus"]))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Twelve people died in Aurora.", relevance.NAMES_THE_STORY),
        ("The gunman's flat was searched.", relevance.SORT_OF_EVENT),
        ("Death toll rises to 12", relevance.TOLL_ALONE),
        ("The toll from the quake in Japan rises to 12", relevance.NOT_ABOUT),
        ("Shares fell on Friday.", relevance.NOT_ABOUT),
    ],
)
def test_what_a_story_is_about_is_known_by_its_names_and_its_sort_of_event(text, rule):
    told = belongs(item(text), belonging(about="2012 Aurora shooting"))
    assert told.rule == rule
    assert bool(told) is (rule != relevance.NOT_ABOUT)
    assert told.reason


def test_an_update_of_the_toll_alone_is_never_missed():
    about = belonging(about="Beirut port explosion")
    for update in ("Toll now 137", "137 dead, officials say", "Number of injured climbs past 5,000"):
        assert belongs(item(title=update), about), update
        told = reading("AP", 0, figure(137, sentence=update), text=update)
        assert keep(told, about).claims, update


def test_places_count_as_names_of_the_story():
    assert belongs(item("Sirens in Krasnogorsk"), belonging(about="concert attack", places=["Krasnogorsk"]))


def test_a_capital_stands_for_its_country():
    story = theme("2012 Buenos Aires rail disaster")
    assert {"argentina", "argentine", "buenos"} <= story.names
    assert {"train", "crash"} <= story.events
    assert "quake" in story.foreign


def test_a_country_is_never_a_sign_of_another_event():
    told = "Moscow says that 137 people were killed."
    one = reading("AP", 0, figure(137, sentence=told, telling="137 people"), text=told)
    for about in ("Crocus City Hall attack", "Kyiv children's hospital strike"):
        assert keep(one, belonging(about=about)).claims


def test_the_common_words_of_a_place_name_and_a_date_do_not_name_the_story():
    assert theme("Crocus City Hall attack near Moscow, March 2024").names >= {"crocus", "moscow"}
    assert theme("Crocus City Hall attack near Moscow, March 2024").names.isdisjoint(
        {"city", "hall", "near", "march"}
    )
    assert theme("City Hall attack").names == {"city", "hall"}


def test_circumstances_are_no_sign_of_another_event():
    told = "The register names 145 people who died, many of them of smoke."
    one = reading("AP", 0, figure(145, sentence=told, telling="145 people"), text=f"Crocus City Hall. {told}")
    assert keep(one, belonging(about="Crocus City Hall attack")).claims


def test_who_blames_whom_is_kept_where_the_story_is_spoken_of_at_all():
    told = "After the attack on the Kakhovka dam, Kyiv blamed Russian shelling."
    blamed = stance(Stance.ASSERTS, "Russia", speaker="Kyiv", sentence=told)
    story = belonging(about="Kakhovka dam collapse")
    assert keep(reading("AP", 0, blamed, text=told), story).claims
    other = "Elsewhere a typhoon, which officials blamed on nobody, tore off roofs."
    assert not keep(
        reading("AP", 0, stance(Stance.ASSERTS, "Russia", sentence=other), text=other), story
    ).claims


def test_a_story_of_no_known_sort_is_known_by_its_names():
    story = theme("Costa Concordia disaster and recovery")
    assert story.names == {"costa", "concordia"}
    assert story.events == frozenset()


MENU = "Typhoon nears the coast Japan tunnel collapse kills at least five Letters to the editor"


@pytest.mark.parametrize(
    ("sentence", "telling", "kept"),
    [
        ("Typhoon Bopha kills at least 82 in the south", "82", True),
        (MENU, "kills at least five", False),
        ("The typhoon tore off roofs and 82 people were killed.", "82 people", True),
        ("At least 82 people were killed.", "82 people", True),
        ("In Japan, 9 people were killed by a quake.", "9 people", False),
        ("Japan said that 2 of its people were killed by Bopha.", "2 of its people", True),
    ],
)
def test_a_claim_belongs_unless_another_event_stands_nearer(sentence, telling, kept):
    text = f"News of Typhoon Bopha. {sentence}"
    start = text.index(sentence)
    focus = text.index(telling, start)
    claim = figure(82, sentence=sentence)
    placed = Evidence(
        field="text", start=start, end=len(text), text=sentence, focus=(focus, focus + len(telling))
    )  # fmt: skip
    told = claim_belongs(
        replace(claim, evidence=placed),
        reading("AP", 0, text=text).revision,
        belonging(about="Typhoon Bopha"),
    )
    assert bool(told) is kept
    assert told.reason


def test_a_claim_in_a_title_is_read_in_the_title():
    title = "Typhoon kills 82"
    claim = figure(82, sentence=title, telling="kills 82")
    claim = replace(claim, evidence=replace(claim.evidence, field="title"))
    told = reading("AP", 0, claim, title=title, text="A tunnel in Japan.")
    assert keep(told, belonging(about="Typhoon Bopha")).claims == (claim,)


def test_a_reading_of_a_story_that_says_nothing_about_itself_is_kept_whole():
    told = reading("AP", 0, 60)
    assert keep(told, Belonging()) is told


def test_every_sort_of_event_finds_its_own_example():
    for family in lexicon.load("events")["family"]:
        words = set(family["example"].casefold().split())
        assert words.intersection(family["words"]), family["name"]
        assert set(family["signs"]) <= set(family["words"]), family["name"]
        assert all(word == word.casefold() and " " not in word for word in family["words"]), family["name"]


def test_every_rule_that_a_verdict_can_name_is_explained():
    names = {value for name, value in vars(relevance).items() if name.isupper() and isinstance(value, str)}
    assert names == set(relevance.RULES)


def test_a_figure_with_no_word_of_the_story_beside_it_is_taken_for_half_as_likely_right():
    beside, afar = "Typhoon Bopha kills 82.", "At least 90 people were killed."
    text = f"{beside} {afar}"
    story = belonging(about="Typhoon Bopha")

    def confidence(sentence, telling, text):
        start, focus = text.index(sentence), text.index(telling)
        placed = Evidence(
            field="text", start=start, end=start + len(sentence), text=sentence, focus=(focus, focus + len(telling))
        )  # fmt: skip
        one = reading("AP", 0, replace(figure(82, sentence=sentence), evidence=placed), text=text)
        return keep(one, story).claims[0].confidence

    assert confidence(beside, "kills 82", text) == 1
    assert confidence(afar, "90 people", text) == 0.5
    assert confidence(afar, "90 people", afar) == 0.5


def test_a_sign_of_another_sort_within_a_phrase_of_the_storys_own_is_the_same_events():
    told = "Russian meteor blast injures at least 1,000 people."
    one = reading("AP", 0, figure(1000, sentence=told, telling="injures at least 1,000"), text=told)
    assert keep(one, belonging(about="Chelyabinsk meteor")).claims
    other = "The meteor was seen by many; a day before in Karachi a blast injured at least 20."
    one = reading("AP", 0, figure(20, sentence=other, telling="injured at least 20"), text=other)
    assert not keep(one, belonging(about="Chelyabinsk meteor")).claims
