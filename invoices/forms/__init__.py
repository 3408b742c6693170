"""What staff type; one module for each topic."""
