"""The same letter as HTML: its paragraphs, with links to press. No picture, no tracking."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SHEET = (
    "font-family: system-ui, 'Hiragino Sans', 'Noto Sans CJK JP', 'Yu Gothic', sans-serif;"
    " font-size: 16px; line-height: 1.6; max-width: 600px; margin: 0 auto; padding: 24px;"
)
SMALL = "font-size: 13px; border-top: 1px solid #8a97a5; padding-top: 12px; margin-top: 32px;"
FOOTER = "-- "


def as_html(text: str, *, title: str, language: str) -> str:
    """Write a letter's plain text as a page; every value in it stays text."""
    paragraphs = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    return format_html(
        '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        '<body style="{}">{}</body></html>\n',
        language,
        title,
        SHEET,
        format_html_join("\n", "{}", ((_paragraph(part),) for part in paragraphs)),
    )


def _paragraph(text: str) -> SafeString:
    lines = text.split("\n")
    is_footer = lines[0] == FOOTER
    shown = format_html_join(
        SafeString("<br>\n"), "{}", ((_line(line),) for line in lines[is_footer:])
    )
    return format_html('<p style="{}">{}</p>', SMALL if is_footer else "", shown)


def _line(line: str) -> SafeString:
    """A line that is an address and nothing else is a link: values cannot make one of their own."""
    if line.startswith(("https://", "http://")) and " " not in line:
        return format_html('<a href="{}">{}</a>', line, line)
    return format_html("{}", line)
