"""No staff page holds script or style of its own: the policy would block it without a word."""

import re
from typing import Any

INLINE = re.compile(r"<style|<script(?![^>]*(\ssrc=|application/json))|\sstyle=|\son[a-z]+=", re.I)


def breaches(response: Any) -> list[str]:
    """What of a page its own policy blocks, each with some of what follows."""
    directives = response.headers["Content-Security-Policy"].split(";")
    assert "script-src 'self'" in {directive.strip() for directive in directives}
    text = response.content.decode()
    return [text[found.start() : found.end() + 60] for found in INLINE.finditer(text)]
