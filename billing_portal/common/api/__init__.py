"""What every API of the portal has in common: JSON in and out, and what can go wrong."""
