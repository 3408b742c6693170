"""Lists as declarations: a queryset, a filter set and a table make a page and its CSV.

`report` declares, `tables` and `columns` draw, `filters` narrow, `listing` reads one address,
`files` writes the same rows as a file.
"""
