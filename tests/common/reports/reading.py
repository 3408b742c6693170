"""Reading what a report answered."""

import csv
import io
import re
from html import unescape
from typing import Any

from django.http import StreamingHttpResponse


def file(response: Any) -> list[list[str]]:
    """The lines of a CSV, the header among them."""
    assert isinstance(response, StreamingHttpResponse), response
    return lines(response.getvalue())


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def column(response: Any, number: int = 0) -> list[str]:
    """The texts of one column of the page."""
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    found = []
    for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
        cell = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)[number]
        found.append(unescape(re.sub(r"<[^>]+>", "", cell)).strip())
    return found
