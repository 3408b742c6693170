"""Tables of the customers' pages; one module for each topic."""
