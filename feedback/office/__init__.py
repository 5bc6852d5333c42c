"""What an agency asks of its cases: the inbox, its counts, warnings and the head's figures."""
