"""Model references inside a line of a card: links, addresses of the hub, ids.

Only what leads to a model counts: links to data sets, Spaces, papers, code hosts and owners' pages give nothing, and so do
empty links and placeholders.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LINK = re.compile(
    r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]{0,100}\]){0,300})\]\(\s*<?(?P<address>[^\s()<>]{0,400})(?:[^()]{0,100}\))?"
)
_HTML_LINK = re.compile(
    r"<a\s[^<>]{0,100}?href=[\"'](?P<address>[^\"'<>\s]{0,400})[\"'][^<>]{0,200}>(?P<text>[^<>]{0,300})</a>", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`|,*]{1,400}")
_ID = re.compile(r"(?<![\w./@-])[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}(?:@[\w.-]{1,80})?(?![\w/@])", re.ASCII)
_PATH = re.compile(r"(?:\.{0,2}/|~/)[\w./~@-]{1,300}", re.ASCII)
_HUB = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?:models/)?(?P<path>[^?#\s]*)", re.IGNORECASE
)
_SEGMENT = re.compile(r"[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
_CODE_HOST = re.compile(r"https?://(?:www\.)?(?:github|gitlab|gist|bitbucket|arxiv|doi|dl\.acm|colab)\b", re.IGNORECASE)
_LEAD = re.compile(r"\s{0,3}(?:the\s{1,3})?")
_NUMBERED = re.compile(r"[\d_-]")
_LIKE_DATA = re.compile(r"data|corpus", re.IGNORECASE)
_LIKE_A_MODEL = re.compile(r"(?:gpt|bert|llama|t5|mistral|qwen|gemma|phi)[-_. ]?\d[\w.]*", re.IGNORECASE)
_DECORATION = " \t\u00a0`*_\"'“”‘’<>「」『』"
_ENDS = ".,;:!?`*\"'”’"

_NO_OWNERS: Final = frozenset({
    "api", "assets", "blog", "chat", "collections", "datasets", "docs", "join", "kernels", "learn", "login", "metrics",
    "models", "new", "organizations", "papers", "posts", "pricing", "search", "settings", "spaces", "tasks",
})  # fmt: skip
"""First parts of the hub's own pages."""
_PLACEHOLDER_PARTS: Final = frozenset({
    "model_id", "model-id", "model_name", "model-name", "modelname", "org", "owner", "path", "repo", "user", "username",
    "your-org", "your-username", "your_username", "your-name", "yourusername", "your-user", "your_org",
})  # fmt: skip
_NULL_WORDS: Final = frozenset({"", "none", "null", "nan", "n/a", "na", "and/or", "w/o", "http", "https"})


class Found(NamedTuple):
    """A reference and where it ends."""

    ref: str
    end: int
    start: int
    is_link: bool


def reference_at(line: str, position: int, *, bare: bool = False) -> Found | None:
    """Return the reference that stands at ``position``, behind quotes and emphasis at most.

    Args:
        line: one line of Markdown.
        position: where to look.
        bare: an address or an id need not be a link, and a single word is an id.
    """
    start = position
    while start < len(line) and line[start] in _DECORATION:
        start += 1
    if link := _LINK.match(line, start) or _HTML_LINK.match(line, max(0, start - 1)):
        ref = _of_link(link["text"], link["address"])
        return Found(ref, link.end(), start, is_link=True) if ref else None
    if address := _ADDRESS.match(line, start):
        ref = of_address(address.group().rstrip(_ENDS))
        return Found(ref, address.end(), start, is_link=True) if ref else None
    return _plain_at(line, start, bare=bare)


def _plain_at(line: str, start: int, *, bare: bool) -> Found | None:
    opening = 1 if line[start : start + 1] in ("[", "(") else 0  # [owner/name] without an address
    found = _ID.match(line, start + opening) or (_PATH.match(line, start) if bare else None)
    if found is None and bare:
        found = _SEGMENT.match(line, start)
    if found is None:
        return None
    ref = found.group().rstrip(_ENDS)
    return None if is_placeholder(ref) else Found(ref, start + opening + len(ref), start, is_link=False)


def next_link(line: str, position: int, within: int) -> Found | None:
    """Return the first link that begins at most ``within`` characters on, None if that one leads to no model."""
    stretch = line[position : position + within]
    begins = [at for at in (stretch.find("["), stretch.find("http"), stretch.find("<a ")) if at >= 0]
    if not begins:
        return None
    return reference_at(line, position + min(begins))


def next_quoted(line: str, position: int, within: int) -> Found | None:
    """Return the first ``owner/name`` in backquotes or bold at most ``within`` characters on."""
    stretch = line[position : position + within]
    begins = [at for at in (stretch.find("`"), stretch.find("**")) if at >= 0]
    return reference_at(line, position + min(begins)) if begins else None


def next_id(line: str, position: int) -> Found | None:
    """Return the ``owner/name`` that stands right behind, written without any mark.

    Words that a slash joins (`BERT/RoBERTa`, `GPT-2/GPT-3`) are none: the name needs a digit, hyphen or underscore, and the
    owner must not look like a model with its number.
    """
    lead = _LEAD.match(line, position)
    found = _ID.match(line, lead.end() if lead else position)
    if found is None:
        return None
    ref = found.group().rstrip(_ENDS)
    owner, _, name = ref.partition("/")
    if is_placeholder(ref) or not _NUMBERED.search(name) or _LIKE_DATA.search(name) or _LIKE_A_MODEL.fullmatch(owner):
        return None
    return Found(ref, found.start() + len(ref), found.start(), is_link=False)


def of_address(address: str) -> str | None:
    """Return the id that an address leads to, None if it isn't a model's page on the hub."""
    found = _HUB.fullmatch(address.rstrip("/") + "/") or _HUB.match(address)
    if not found:
        return None
    if found["path"].startswith("/"):
        return None  # a local path behind the hub's address, as trainers write it
    parts = [part for part in found["path"].rstrip(_ENDS).split("/") if part]
    if len(parts) < 2 or parts[0].lower() in _NO_OWNERS:
        return None
    ref = "/".join(parts[:2])
    return ref if all(_SEGMENT.fullmatch(part) for part in parts[:2]) and not is_placeholder(ref) else None


def _of_link(text: str, address: str) -> str | None:
    """Return where a link leads; the text counts where the address repeats it, or leads to nowhere in particular."""
    written = text.strip(_DECORATION)
    if ref := of_address(address):
        hub = _HUB.match(address)
        repeats = hub is not None and hub["path"].strip("/") == written
        return written if repeats and not is_placeholder(written) else ref
    if hub := _HUB.match(address):
        path = hub["path"].strip("/")
        return written if written and path == written.strip("/") and _is_model_like(written) else None
    if _CODE_HOST.match(address) or not _ID.fullmatch(written) or is_placeholder(written):
        return None
    return written


def _is_model_like(written: str) -> bool:
    """Tell single old ids and local paths, which links to the hub repeat, from its own pages."""
    if is_placeholder(written) or written.split("/", maxsplit=1)[0].lower() in _NO_OWNERS:
        return False
    return bool(_SEGMENT.fullmatch(written) or _PATH.fullmatch(written) or re.fullmatch(r"[\w./~@-]{1,300}", written))


def is_placeholder(ref: str) -> bool:
    """Tell texts that stand where an id should be written."""
    folded = ref.strip().lower()
    parts = folded.split("/")
    return folded in _NULL_WORDS or parts[0] in _PLACEHOLDER_PARTS or parts[-1] in _PLACEHOLDER_PARTS
