"""Who is meant by a name: ids, mentions in a text, a story's own aliases."""

from __future__ import annotations

import re

import pytest

from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import GROUP, STATE, Names, bodies_with_place, fold, load_names, slug, speaks_for


@pytest.fixture(scope="module")
def names() -> Names:
    return load_names()


def ids(names: Names, text: str) -> list[str]:
    return [mention.id for mention in names.spot(text)]


@pytest.mark.parametrize(
    "written",
    [
        "ISIS",
        "IS",
        "Isil",
        "Daesh",
        "the Islamic State",
        "Islamic State group",
        "Islamic State militants",
        "so-called Islamic State",
    ],
)
def test_the_islamic_state_is_one_whatever_it_is_called(names, written):
    assert names.name(written).id == "islamic_state"


@pytest.mark.parametrize(
    "written",
    ["IS-K", "ISKP", "Islamic State Khorasan Province", "the Khorasan Chapter of the Islamic State"],
)
def test_its_khorasan_branch_is_another(names, written):
    assert names.name(written).id == "islamic_state_khorasan"


@pytest.mark.parametrize(
    ("written", "name_id"),
    [
        ("Moscow", "russia"), ("the Kremlin", "russia"), ("Russian officials", "russia"), ("Russia's government", "russia"),
        ("the Russian army", "russia"), ("officials in Moscow", "russia"), ("Ukrainian air defences", "ukraine"),
        ("the US military", "us"), ("U.S.", "us"), ("White House", "us"), ("the Salvadoran armed forces", "el_salvador"),
        ("Congolese army", "dr_congo"), ("Israel Defense Forces", "israel"),
    ],
)  # fmt: skip
def test_a_state_its_seat_and_its_bodies_are_one(names, written, name_id):
    assert names.name(written).id == name_id


@pytest.mark.parametrize(
    ("written", "name_id"),
    [
        ("Vladimir Putin", "vladimir_putin"), ("the Russian president", "vladimir_putin"), ("Russia's President Vladimir Putin", "vladimir_putin"),
        ("Russia's Foreign Ministry", "russia_foreign_ministry"), ("German foreign ministry", "germany_foreign_ministry"),
        ("a US official", "us_official"), ("Gen. John Smith", "john_smith"), ("Mr Trudeau", "justin_trudeau"),
    ],
)  # fmt: skip
def test_a_person_and_an_office_are_not_their_state(names, written, name_id):
    assert names.name(written).id == name_id


@pytest.mark.parametrize(
    ("written", "name_id"),
    [
        ("a spokesman for the Russian army", "russia"), ("a Taliban spokesman", "taliban"), ("spokesman for Hamas", "hamas"),
        ("Kremlin spokesman Dmitry Peskov", "dmitry_peskov"), ("Israeli military spokesman Avi Levin", "avi_levin"),
        ("Maria Zakharova, a spokeswoman for Russia's Foreign Ministry", "maria_zakharova"),
    ],
)  # fmt: skip
def test_a_spokesperson_without_a_name_speaks_as_the_body(names, written, name_id):
    assert names.name(written).id == name_id


@pytest.mark.parametrize(
    ("written", "name_id"),
    [
        ("Gaza's Health Ministry", "gaza_health_ministry"), ("the Ministry of Public Health in Gaza", "gaza_health_ministry"),
        ("health officials in the Gaza Strip", "gaza_health_ministry"), ("the Hamas-run health ministry", "gaza_health_ministry"),
        ("Russia's Ministry of Foreign Affairs", "russia_foreign_ministry"), ("the Ministry of Defence of Chad", "chad_defence_ministry"),
        ("the Iraqi Ministry of the Interior", "iraq_interior_ministry"), ("Taliban interior ministry spokesman", "afghanistan_interior_ministry"),
        ("police in Springfield", "springfield_police"), ("the Springfield Police Department", "springfield_police"),
        ("riot police in Cairo", "cairo_riot_police"), ("Israeli police", "israel_police"), ("local police", "police"),
        ("Indonesia's disaster mitigation agency", "indonesia_disaster_agency"), ("the mayor of Izmir", "izmir_mayor"),
        ("the governor of the Moscow region", "moscow_region_governor"), ("the health ministry in the besieged enclave", "health_ministry"),
        ("the Ukrainian prosecutor general's office", "ukraine_prosecutors"), ("the oil ministry of Iraq", "iraq_oil_ministry"),
    ],
)  # fmt: skip
def test_a_body_of_a_place_is_one_however_the_two_are_put_together(names, written, name_id):
    assert names.name(written).id == name_id


@pytest.mark.parametrize(
    ("written", "name_id"),
    [
        ("Springfield police chief Jane Doe", "jane_doe"), ("Izmir mayor Ayse Sample", "ayse_sample"),
        ("a White House spokesman", "us"), ("a Springfield police spokesman", "springfield_police"),
        ("the Israeli prime minister's office", "israel_prime_minister_office"),
        ("the secret police", "secret_police"), ("the Red Cross in Lima", "red_cross"), ("six police officers", "six_police_officers"), ("the ministry", "ministry"),
    ],
)  # fmt: skip
def test_what_stands_before_an_office_is_not_taken_for_its_holder(names, written, name_id):
    assert names.name(written).id == name_id


def test_a_text_tells_whose_police_it_speaks_of(names):
    told = bodies_with_place(
        names, "Police in Springfield said so. On Tuesday police said more. The Gaza health ministry agreed."
    )
    assert told == {"police": {"springfield_police"}, "health ministry": {"gaza_health_ministry"}}


@pytest.mark.parametrize(
    ("written", "name_id"),
    [
        ("members of the ELN", "eln"), ("FMLN guerrillas", "fmln"), ("Farabundo Marti National Liberation Front (FMLN) rebels", "fmln"),
        ("the Palestinian militant group Hamas", "hamas"), ("suspected Boko Haram gunmen", "boko_haram"), ("Iran-backed Houthi rebels", "houthis"),
        ("the FARC's 12th Front", "farc"), ("Sendero Luminoso", "shining_path"), ("Communist Party of India - Maoist (CPI-Maoist)", "maoists"),
    ],
)  # fmt: skip
def test_a_group_is_found_under_what_stands_around_its_name(names, written, name_id):
    assert names.name(written).id == name_id


def test_a_name_that_nobody_listed_gets_an_id_of_its_words(names):
    assert names.name("The Valley Front") == Name(written="The Valley Front", id="valley_front")


def test_an_adjective_of_a_state_gives_way_to_its_name(names):
    written = [
        names.noun(names.name(name)).written for name in ("Israeli", "Russians", "Hamas", "Moscow", "the US")
    ]
    assert written == ["Israel", "Russia", "Hamas", "Moscow", "the US"]


def test_the_longest_name_is_spotted_and_verbs_are_not(names):
    assert ids(names, "Who is to blame? IS, not al-Qaeda in Iraq, it is said.") == [
        "islamic_state",
        "al_qaeda_in_iraq",
    ]


def test_spotting_tells_states_from_groups_and_places_from_names(names):
    hamas, cairo = names.spot("Hamas met mediators in Cairo.")
    assert (hamas.kind, hamas.place, cairo.kind, cairo.place) == (GROUP, False, STATE, True)


def test_a_text_in_capitals_is_recased_at_the_same_offsets(names):
    shouted = "RUSSIA SAYS THE FMLN AND AL-SHABAAB DID IT."
    assert names.recase(shouted) == "Russia says the FMLN and Al-Shabaab did it."


def test_a_story_adds_forms_to_a_known_name_and_names_of_its_own():
    mine = load_names({"islamic_state": ["the Caliphate"], "Night Owls": ["los buhos"]})
    assert mine.name("the Caliphate").id == "islamic_state"
    assert mine.name("Los Buhos").id == mine.name("Night Owls").id == "night_owls"
    assert ids(mine, "The Night Owls wrote to the Caliphate.") == ["night_owls", "islamic_state"]


def test_without_own_aliases_the_lexicon_is_loaded_once():
    assert load_names() is load_names()


def test_an_official_speaks_for_the_state_and_a_witness_for_nobody(names):
    assert "us" in speaks_for(names, names.name("the US military"))
    assert "ukraine" in speaks_for(names, names.name("Volodymyr Zelensky"))
    assert speaks_for(names, names.name("witnesses")) == {"witnesses"}


def test_ids_are_plain():
    assert slug(fold("Côte d’Ivoire")) == "cote_d_ivoire"
    assert slug(fold("بيروت"))


def test_no_listed_form_means_two_parties():
    groups = load("names_groups")["groups"]
    owner: dict[str, str] = {}
    for group, forms in groups.items():
        for form in forms:
            assert owner.setdefault(fold(form), group) == group, form


def test_every_id_of_the_lexicon_is_plain(names):
    assert all(re.fullmatch(r"[a-z0-9_]+", name_id) for name_id in names.kinds)


def test_every_holder_and_servant_is_a_known_name(names):
    offices = load("names_offices")
    assert set(offices["holders"].values()) <= set(names.kinds)
    assert {who for servants in offices["serves"].values() for who in servants} | set(
        offices["serves"]
    ) <= set(names.kinds)
