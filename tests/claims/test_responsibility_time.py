from datetime import UTC, datetime

import pytest

MARCH = datetime(2024, 3, 28, tzinfo=UTC)


@pytest.fixture(scope="module")
def actors(reader):
    def read(text, published_at=MARCH):
        claims = reader.read(text=text, published_at=published_at)
        return [claim.actor.id for claim in claims if claim.kind == "responsibility"]

    return read


def test_who_did_it_in_a_past_year_is_no_claim_about_now(actors):
    assert actors("In 2010, al-Shabaab bombed two restaurants and killed dozens.") == []


def test_who_did_it_then_is_none_either_a_sentence_later(actors):
    text = "In 2010, al-Shabaab bombed two restaurants. The group claimed responsibility at the time."
    assert actors(text) == []


def test_the_year_of_publication_is_now(actors):
    assert actors("In March 2024, al-Shabaab bombed a restaurant and killed dozens.") == ["al_shabaab"]


def test_without_a_date_of_publication_no_year_is_past(actors):
    assert actors("In 2010, al-Shabaab bombed two restaurants.", None) == ["al_shabaab"]


def test_the_year_in_which_a_group_was_founded_is_not_that_of_the_deed(actors):
    assert actors("Boko Haram, founded in 2002, carried out Friday's attack on the school.") == ["boko_haram"]


def test_a_year_of_yet_another_thing_is_mistaken_for_that_of_the_deed(actors):
    """Known to be wrong: the claim is lost."""
    lead = "A hotel in Mogadishu burned on Friday."
    assert actors(f"{lead} Al-Shabaab, which lost the city in 2011, bombed the hotel.") == []


def test_a_year_that_the_headline_or_the_lead_names_is_that_of_the_story(actors):
    """News of an old deed: a verdict, the finding of an inquiry."""
    lead = "A court in Buenos Aires has ruled on the bombing of a Jewish centre in 1994."
    assert actors(f"{lead} It found that Hezbollah had bombed the centre in 1994.") == ["hezbollah"]
    assert actors(f"{lead} In 2003 Hezbollah bombed a ship.") == []
