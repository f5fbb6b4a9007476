"""Where the files under test are, as scripts/python.ts says."""

import html.parser
import json
import os
import pathlib
import urllib.request

#: Folder of the tables and their descriptions.
FOLDER = pathlib.Path(os.environ["SNAPSHOT"])
#: Address of the built site, which is served for these tests.
SITE = os.environ["SITE"]
MANIFEST = json.loads((FOLDER / "manifest.json").read_text())
TABLES = [name for name in MANIFEST["files"] if name.endswith(".parquet")]
#: Those that have rows: the Hub's viewer cannot show the others.
FILLED = [name for name in TABLES if MANIFEST["files"][name]["rows"] > 0]
MAIN = f"{MANIFEST['suites'][0]['table']}.parquet"


def fetch(path: str) -> str:
    """A file of the site."""
    with urllib.request.urlopen(SITE + path) as response:
        return response.read().decode()


class _Snippets(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._title = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._title = dict(attrs).get("data-title") or self._title
        self._inside = self._inside or (tag == "pre" and self._title != "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._inside, self._title = False, ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[self._title] = self.found.get(self._title, "") + data


def snippets(path: str) -> dict[str, str]:
    """The pieces to copy of a page by their titles, as a reader sees them."""
    reader = _Snippets()
    reader.feed(fetch(path))
    return reader.found
