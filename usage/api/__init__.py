"""Usage for programs, in the dialects of the documented systems."""
