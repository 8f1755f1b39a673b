"""How well the main text of pages is found: F1 against texts marked by hand.

    python bench/pages.py PAGES.jsonl.gz

Each line holds `html`, `url` and `gold_text`. Counted shingles of four words are compared page by page; precision and
recall are averaged over the pages, and F1 is that of the two averages, as the article extraction benchmark of
Scrapinghub does. Prints JSON: F1, precision, recall, pages a second, how many could not be read, and how many pages
state what.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path
from statistics import mean
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from storydelta.errors import DocumentError
from storydelta.sources.web.article import Article, read_article

WORDS = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + WORDS]) for at in range(max(len(words) - WORDS + 1, bool(words))))


def compared(gold: str, found: str) -> tuple[float, float]:
    """Precision and recall of what was found."""
    wanted, got = shingles(gold), shingles(found)
    common = (wanted & got).total()
    return common / (got.total() or 1), common / (wanted.total() or 1)


def main() -> None:
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as stream:
        pages = [json.loads(line) for line in stream]
    articles: list[Article | None] = []
    began = process_time()
    for page in pages:
        try:
            articles.append(read_article(page["html"], page["url"]))
        except DocumentError:
            articles.append(None)
    seconds = process_time() - began
    scores = [
        compared(page["gold_text"], article.text if article else "")
        for page, article in zip(pages, articles, strict=True)
    ]
    precision, recall = (mean(values) for values in zip(*scores, strict=True))
    read = [article for article in articles if article]
    result = {
        "pages": len(pages),
        "f1": round(2 * precision * recall / (precision + recall), 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "pages a second of processor time": round(len(pages) / seconds, 1),
        "not read": len(pages) - len(read),
        "title": sum(bool(article.title) for article in read),
        "publisher": sum(bool(article.page.publisher) for article in read),
        "author": sum(bool(article.author) for article in read),
        "published": sum(bool(article.page.published) for article in read),
        "published, a day found by its look alone": sum(
            bool(article.day and not article.page.published) for article in read
        ),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
