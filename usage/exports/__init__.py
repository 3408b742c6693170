"""What customers download; one module for each topic."""
