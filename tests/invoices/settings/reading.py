"""What a page says to people."""

import html
import re
from typing import Any


def text_of(response: Any) -> str:
    """The words of the content of a page, without its tags."""
    page = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
