"""Who is meant by a name: alias data to ids, so that Daesh and the Islamic State are one.

An id is a state's for the state, its seat and its bodies ("Moscow", "Russian officials", "the Russian army"),
`russia_foreign_ministry` for an office of a state, and a person's own for a person, whatever the office: a state
and its head are two voices. A spokesperson without a name speaks with the id of the office.
"""

from storydelta.names.book import Mention, Names
from storydelta.names.forms import fold, member_of, slug, words
from storydelta.names.institutions import bodies_with_place, institution
from storydelta.names.lexicon import load_names, speaks_for
from storydelta.names.sorts import BODY, GROUP, PERSON, STATE

__all__ = [
    "BODY",
    "GROUP",
    "PERSON",
    "STATE",
    "Mention",
    "Names",
    "bodies_with_place",
    "fold",
    "institution",
    "load_names",
    "member_of",
    "slug",
    "speaks_for",
    "words",
]
