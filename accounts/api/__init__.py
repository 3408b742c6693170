"""Programs: who they are, how often they may come, and signing in."""
