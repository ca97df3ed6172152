"""Log lines as ``event key=value``, in UTC, with secrets taken out."""

from __future__ import annotations

import logging
import re
import sys
import time

from pipelines.printable import printable

_SECRETS = re.compile(
    r"hf_(?:oauth_)?[A-Za-z0-9]{8,}[A-Za-z0-9_-]*"  # Hub tokens, also as api_org_ below
    r"|api_org_[A-Za-z0-9]{8,}"
    r"|(?i:(?<=bearer )|(?<=basic ))[A-Za-z0-9._~+/=-]{8,}"
    r"|(?i:(?<=token=)|(?<=key=)|(?<=password=)|(?<=secret=)|(?<=signature=)|(?<=&sig=)|(?<=\?sig=))[^\s&\"';]+"
    r"|(?i:(?<=token\": \")|(?<=token\":\")|(?<=secret\": \")|(?<=key\": \")|(?<=password\": \"))[^\"]+"
    r"|(?i:(?<=private-token: ))\S+"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user:password in an address
    r"|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"  # JSON web tokens
    r"|\bA[KS]IA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}|(?<=hooks\.slack\.com/services/)\S+|(?<=/api/webhooks/)\S+"
    r"|\b[sr]k[-_][A-Za-z0-9_-]{16,}"  # OpenAI, Anthropic, Stripe
    r"|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}"
    r"|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\bSK[0-9a-f]{32}\b|\bdop_v1_[0-9a-f]{40,}|\bdapi[0-9a-f]{32}\b|\br8_[A-Za-z0-9]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
)


def redact(text: str) -> str:
    """Replace everything in ``text`` that has the shape of a secret by ``***``."""
    return _SECRETS.sub("***", text)


class _Redacting(logging.Formatter):
    """Formats a record and takes secrets out of the whole line, traceback included."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure(level: int) -> None:
    """Send hubtree's log lines of at least this level to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(asctime)sZ %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger("hubtree")
    root.handlers = [handler]
    root.propagate = False
    root.setLevel(level)


def is_quiet() -> bool:
    """Whether the user asked for silence: not even warnings are shown."""
    return not logging.getLogger("hubtree").isEnabledFor(logging.WARNING)


def log(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one line ``event key=value …``; values with spaces are quoted, and none ends the line or steers a terminal."""
    words = [event, *(f"{name}={_quoted(value)}" for name, value in fields.items() if value is not None)]
    logging.getLogger("hubtree").log(level, "%s", redact(" ".join(words)))


def _quoted(value: object) -> str:
    text = printable(str(value))
    return f'"{text}"' if " " in text or not text else text
