"""Bills and payment for programs."""
