"""The name of a file's content: git's blob id, which the hub gives as the ETag of small files."""

from __future__ import annotations

import hashlib


def git_blob_id(content: bytes) -> str:
    """Return the SHA-1 of ``blob <length>\\0<content>`` in hexadecimal, as git names a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
