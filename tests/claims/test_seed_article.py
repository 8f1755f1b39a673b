import pytest

from seeds import seed_runs
from storydelta.model import Measure, Scope, Stance
from storydelta.sources.textfile import read_text_file


@pytest.fixture(scope="module")
def claims(reader):
    """The claims of the seed document."""
    (file,) = seed_runs()[0].files
    document = read_text_file(file.read_text(encoding="utf-8"), file.name)
    return reader.read(text=document.text, published_at=document.moment)


def stances(claims):
    return {(c.speaker.id, c.stance, c.actor.id) for c in claims if c.kind == "responsibility" and c.speaker}


def test_137_were_killed(claims):
    (figure,) = [claim for claim in claims if claim.kind == "figure"]
    assert (figure.measure, figure.count.low, figure.count.high) == (Measure.KILLED, 137, 137)
    assert figure.scope is Scope.TOTAL


def test_the_united_states_assert_that_isis_did_it_and_russia_doubts_it(claims):
    assert {("us", Stance.ASSERTS, "islamic_state"), ("russia", Stance.DOUBTS, "islamic_state")} <= stances(
        claims
    )


def test_maria_zakharova_doubts_it_for_the_foreign_ministry(claims):
    (doubt,) = [
        c for c in claims if c.speaker and "Zakharova" in c.speaker.written and c.kind == "responsibility"
    ]
    assert (doubt.stance, doubt.actor.id) == (Stance.DOUBTS, "islamic_state")
    assert "Russia's Foreign Ministry" in doubt.speaker.written
    assert "U.S. claims" in doubt.evidence.text


def test_nobody_is_said_to_hold_what_nobody_holds(claims):
    assert {actor for _, _, actor in stances(claims)} == {"islamic_state"}


def test_the_advertisements_between_the_paragraphs_state_nothing(claims):
    assert not [claim for claim in claims if "Advertisment" in claim.evidence.text]
