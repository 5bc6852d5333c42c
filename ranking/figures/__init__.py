"""From counts to figures, without a database: the same counts give the same edition."""
