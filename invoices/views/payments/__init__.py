"""How documents are paid: cards, credit points, what came in, and what a gateway tells us."""
