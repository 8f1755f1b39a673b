import pytest

from storydelta.claims import KINDS
from storydelta.claims.figure import FIGURE
from storydelta.claims.reader import Reader
from storydelta.names import Names, load_names
from storydelta.syntax import load_parser


@pytest.fixture(scope="session")
def parser():
    return load_parser()


@pytest.fixture(scope="session")
def reader(parser):
    """Reads every kind of claim."""
    return Reader(kinds=KINDS, names=load_names(), parser=parser)


@pytest.fixture(scope="session")
def figure_reader(parser):
    """Reads figures alone, and knows no names."""
    return Reader(kinds=(FIGURE,), names=Names({}), parser=parser)
