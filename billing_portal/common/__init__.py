"""The kernel: months, exact money, the clock, files, CSV, frozen tables. It knows no app."""
