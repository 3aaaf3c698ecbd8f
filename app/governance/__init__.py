"""Who may, what happened, what is kept."""
