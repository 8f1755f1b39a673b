from datetime import timedelta

import pytest

from storydelta.errors import SourceError
from storydelta.sources.web.errorpages import likeness, sketch
from tests.sources.web.local_server import answer
from tests.sources.web.site import PROSE, STATED, Site, page, rss

HOUR = timedelta(hours=1)
MORE = (
    "The harbour master said that the ferry had left the island late and against his advice. "
    "A second vessel turned back before the storm. Insurers sent two inspectors to the wreck on Sunday."
)
OFFERS = (
    "Have a look at what our readers liked this week: ten recipes for the cold season, a walk along the old canal, "
    "and a portrait of the conductor who came back to her home town after thirty years abroad. "
    "Our newsletter brings the best of it to you every Friday. "
)


def said(title, text, meta="", head=""):
    paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n"))
    return f"<html><head><title>{title}</title>{meta}{head}</head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


DATED = f'<meta property="article:published_time" content="{STATED}">'
CONSENT = (
    "We and our 842 partners store cookies on your device and process personal data.\n"
    "You may accept, or manage your preferences, including your right to object where legitimate interest is used. "
    "Your consent applies to this site. Some vendors ask for consent to use cookies for personalised advertising. "
    "You can change your preferences in our privacy policy at any time. Cookies help our partners measure advertising."
) * 3


@pytest.mark.parametrize(
    "wall",
    [
        said("Page not found | Example News", OFFERS),
        said("404", OFFERS),
        said("Error 404 – Not Found - Example News", OFFERS, DATED),
        said("Sorry, this page could not be found", OFFERS),
        said("Just a moment...", "Example.org needs to review the security of your connection."),
        said("Example News", "One more step.", head="<script>window._cf_chl_opt={}</script>"),
        said("Before you continue to Example", CONSENT),
        said("Example News", CONSENT),
        said("Log in | Example News", "Enter your address and your password. Forgot your password?"),
        said("Sign in to Example", "Enter your address.", DATED),
        said("Example News", "Please log in to continue."),
        said("Subscribe now", "Get unlimited access for one coin a week."),
    ],
)
def test_a_page_that_says_it_is_an_error_or_a_wall_is_a_problem_and_what_was_read_before_stands(wall):
    site = Site("page", "/a", undated="now")
    site.fetch(a=answer(page(115)))
    with pytest.raises(SourceError, match=r"an error page, or a wall"):
        site.fetch(HOUR, a=answer(wall))
    assert site.fetch(2 * HOUR, a=answer(page(115))).items == ()


@pytest.mark.parametrize(
    "article",
    [
        said("Ministry's site answers 'page not found' as list of the dead vanishes", "Page not found was all that relatives read on Monday.", DATED),
        said("404 not found: how a town lost its archive", f"{PROSE}\n{MORE}", DATED),
        said("Access denied: families kept from the harbour", "Police told 40 families that access was denied.", DATED),
        said("Who accepts cookies?", f"Most readers click away what they are asked about cookies and consent, a study says.\n{PROSE}\n{MORE}", DATED),
        said("Man who tried to log in to dead wife's account is charged", PROSE),
        said("Are you human? A robot asks the divers", f"{PROSE}\n{MORE}\n{OFFERS}"),
        said("Man killed at flats", "Please enable JavaScript to watch this video. A shooting has proven fatal."),
        said("500 killed in quake", "Helicopters brought blankets.", DATED),
        said("404 service members missing", "The army gave no names. 403 gone, 502 service members found."),
        said("Just a moment of silence for 115 dead", "Thousands stood still at noon."),
    ],
)  # fmt: skip
def test_an_article_about_errors_and_walls_is_kept(article):
    (item,) = Site("page", "/a", undated="now").fetch(a=answer(article)).items
    assert len(item.text) > 20


def gone(text=OFFERS):
    """What some site shows, without a word of an error, for everything that is not there."""
    return answer(said("Example News", text * 3))


def test_a_known_article_that_becomes_what_its_site_shows_for_everything_is_a_problem_and_stands():
    site = Site("page", "/news/a", undated="now")
    site.server.replies["/news/a"] = answer(page(115))
    site.fetch()
    site.server.replies |= {"/news/a": gone(), "*": gone()}
    with pytest.raises(SourceError, match=r"shows what its site shows for addresses that cannot be there"):
        site.fetch(HOUR)
    site.server.replies["/news/a"] = answer(page(115))
    assert site.fetch(2 * HOUR).items == ()


def test_a_page_whose_text_was_replaced_is_taken_where_its_site_knows_what_is_not_there():
    site = Site("page", "/news/a", undated="now")
    site.server.replies |= {"/news/a": answer(page(115)), "*": answer(status="404 Not Found")}
    site.fetch()
    site.server.replies["/news/a"] = answer(said("Statement", MORE))
    (item,) = site.fetch(HOUR).items
    assert "second vessel" in item.text
    assert len(site.visited) == 2  # it was asked


def test_an_edit_asks_for_nothing_else():
    site = Site("page", "/a")
    site.fetch(a=answer(page(115)))
    assert len(site.fetch(HOUR, a=answer(page(133))).items) == 1
    assert site.visited == ["/a"]


def test_articles_of_a_feed_that_all_show_the_same_are_told_as_their_feed_tells_them():
    site = Site("feed", "/rss")
    site.server.replies |= {"*": gone(), "/b": answer(page(115))}
    found = site.fetch(rss=answer(rss("a", "b", "c", text="A ferry sank.")))
    assert sorted(item.text == "A ferry sank." for item in found.items) == [False, True, True]
    assert len(found.problems) == 2
    site.server.replies |= {"/a": answer(page(120)), "/c": answer(page(120).replace(b"Ferry", b"Boat"))}
    assert len(site.fetch(2 * HOUR).items) == 2


def test_an_article_that_leads_to_a_wall_elsewhere_is_gone():
    site = Site("page", "/news/a")
    site.server.replies |= {
        "/login": answer(page(115)),
        "/news/a": answer(status="302 Found", Location="/login"),
    }
    with pytest.raises(SourceError, match="or to a wall"):
        site.fetch()


def test_of_an_article_behind_a_wall_for_money_what_was_read_before_stands_and_a_beginning_is_told_of():
    site = Site("page", "/a", undated="now")
    beginning = said("Ferry sinks", f"{PROSE}\nSubscribe to continue reading.", DATED)
    found = site.fetch(a=answer(beginning))
    assert len(found.items) == 1
    assert "only its beginning can be read" in str(found.problems[0])
    whole = site.fetch(HOUR, a=answer(said("Ferry sinks", f"{PROSE}\n{MORE}\n{OFFERS}\n{MORE[::-1]}", DATED)))
    assert (len(whole.items), whole.problems) == (1, ())
    with pytest.raises(SourceError, match="only its beginning is shown now"):
        site.fetch(2 * HOUR, a=answer(beginning))


def test_likeness_tells_an_edit_from_another_text():
    text = f"{PROSE} {MORE}"
    edit = text.replace("late", "early").replace("Sunday", "Monday")
    assert likeness(sketch(text), sketch(text)) == 1
    assert likeness(sketch(text), sketch(edit)) > 0.5
    assert likeness(sketch(text), sketch(OFFERS)) == 0
    assert likeness(sketch(""), sketch("")) == 1
    assert likeness(sketch("4 dead"), sketch("5 dead")) == 0
