"""What an edition holds once it is frozen, and how that is written and read again."""
