"""One article, one address: what readers, campaigns and devices append to a URL is taken off again.

Everything here is a closed list. A parameter is dropped by its full name or its vendor's prefix only, since a
pattern such as "ref…" or "ga…" would also drop `reference=12` or `game=3`, and with it the difference between two
articles.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

_TRACKING = frozenset(
    """fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh mc_cid mc_eid mkt_tok
    _hsenc _hsmi vero_id vero_conv oly_enc_id oly_anon_id s_cid icid ncid cmpid cmp ito ocid taid soc_src soc_trk
    smid smtyp ref_src ref_url xtor share_id guccounter guce_referrer guce_referrer_sig __twitter_impression _ga _gl
    spm wt_mc wt.mc_id ns_mchannel ns_source ns_campaign ns_linkname ns_fee traffic_source sfnsn s_kwcid ef_id epik
    srsltid intcmp int_cmp shareadtoken mibextid dicbo usqp amp_js_v amp_gsa""".split()  # noqa: SIM905 (a list to read)
)
_TRACKING_PREFIXES = (
    "utm_",
    "pk_",
    "mtm_",
    "matomo_",
    "piwik_",
    "itm_",
    "hsa_",
    "at_campaign",
    "at_medium",
    "at_custom",
)
_REFERRERS = frozenset({"ref", "referer", "referrer", "source", "src", "from", "via", "share", "feature"})
_REFERRER_VALUE = re.compile(
    r"rss|feed|rss[_-]?feed|atom|twitter|x|facebook|fb|whatsapp|telegram|linkedin|reddit|e-?mail|newsletter|share|"
    r"social|home|homepage|google|google[_-]?news|apple[_-]?news|amp|app|push|flipboard|mobile|youtu\.?be|t\.co",
    re.IGNORECASE,
)
_VIEWS = frozenset(
    {"amp", "outputtype", "output", "print", "printable", "printview", "printer", "view", "mode", "format"}
)
_SWITCHES = frozenset({"amp", "print", "printable", "printview", "printer"})
_ON = frozenset({"", "1", "true", "yes", "y", "on"})
_VIEW_VALUES = frozenset({"amp", "amphtml", "print", "printable", "printer", "printerfriendly", "mobile"})
_DEVICE_HOSTS = frozenset({"m", "mobile", "amp", "wap"})
_DEVICE_SEGMENTS = frozenset({"amp", "print", "amphtml"})
_ARTICLE = re.compile(r"\d|[^/_-]+[_-][^/_-]+[_-]")
_CACHED = re.compile(
    r"/(?:amp/)?(?:[acv]/)?(?P<secure>s/)?(?P<origin>(?:[\w-]+\.)+[a-z]{2,}/.*)", re.IGNORECASE
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The URL that identifies an article: https, host in lower case, without default port, fragment, tracking
    parameters, and the marks of AMP, mobile and print views; the other parameters sorted.

    What is no web address ("file:…", "id:…", an unreadable URL) comes back as it is. Two addresses that may be of
    two articles stay apart; the price is that some of one article do, too.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            return url
        if origin := _origin_of_cached(parts):
            return canonical_url(origin)
        netloc, public = _netloc(parts)
    except ValueError:
        return url
    scheme = "https" if public else parts.scheme
    fragment = parts.fragment if parts.fragment.startswith("!") else ""  # "#!/12" was a way to name a page
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), fragment))


def _netloc(parts: SplitResult) -> tuple[str, bool]:
    """The host with its port if that is not the usual one, and whether it is a public name on the usual port, for
    which http and https are one.
    """
    host = (parts.hostname or "").rstrip(".")
    if parts.port not in (None, _DEFAULT_PORTS[parts.scheme]):
        return f"{f'[{host}]' if ':' in host else host}:{parts.port}", False
    try:
        ip_address(host)
    except ValueError:
        return _desktop(host), "." in host
    return f"[{host}]" if ":" in host else host, False


def _desktop(host: str) -> str:
    """The host without a label that stands for a device: m.example.com is www.example.com, and en.m.example.org
    is en.example.org.
    """
    labels = host.split(".")
    if len(labels) > 2 and labels[0] in _DEVICE_HOSTS:  # noqa: PLR2004 (a name and its ending)
        return ".".join(["www", *labels[1:]] if len(labels) == 3 else labels[1:])  # noqa: PLR2004 (likewise)
    if len(labels) > 3 and labels[1] in _DEVICE_HOSTS:  # noqa: PLR2004 (likewise)
        return ".".join([labels[0], *labels[2:]])
    return host


def _path(path: str) -> str:
    """The path with one spelling of each character, without the marks of a view and without a slash at its end.

    "amp" and "print" are marks only beside something that looks like an article, so that a section of that name
    stays what it is.
    """
    path = _spelled_once(re.sub("/{2,}", "/", path))
    segments = path.strip("/").split("/")
    if len(segments) > 1 and segments[-1].lower() in _DEVICE_SEGMENTS and _ARTICLE.search(segments[-2]):
        segments.pop()
    elif len(segments) > 1 and segments[0].lower() in _DEVICE_SEGMENTS and _ARTICLE.search(segments[-1]):
        segments.pop(0)
    if _ARTICLE.search(segments[-1]):
        segments[-1] = re.sub(r"\.amp(?=$|\.html?$)", "", segments[-1], flags=re.IGNORECASE)
    return "/" + "/".join(segments)


def _spelled_once(path: str) -> str:
    """Percent signs only where RFC 3986 asks for them (6.2.2), in capitals; an escaped slash stays escaped."""

    def respelled(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else match[0].upper()

    path = re.sub("%(?![0-9A-Fa-f]{2})", "%25", path)
    return quote(re.sub("%([0-9A-Fa-f]{2})", respelled, path), safe="/%!$&'()*+,;=:@~", errors="replace")


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    return urlencode(sorted(pair for pair in pairs if not _is_noise(*pair)), errors="surrogateescape")


def _is_noise(key: str, value: str) -> bool:
    key, value = key.lower(), value.lower()
    return (
        key in _TRACKING
        or key.startswith(_TRACKING_PREFIXES)
        or (key in _REFERRERS and bool(_REFERRER_VALUE.fullmatch(value)))
        or (key in _SWITCHES and value in _ON)
        or (key in _VIEWS and value in _VIEW_VALUES)
    )


def _origin_of_cached(parts: SplitResult) -> str | None:
    """The address of which an AMP cache holds a copy."""
    host = parts.hostname or ""
    is_cache = host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org"
    if not is_cache and not (
        re.fullmatch(r"www\.google\.[a-z.]{2,6}", host) and parts.path.startswith("/amp/")
    ):
        return None
    match = _CACHED.fullmatch(parts.path)
    if not match:
        return None
    origin = f"http{'s' if match['secure'] else ''}://{match['origin']}"
    return f"{origin}?{parts.query}" if parts.query else origin
