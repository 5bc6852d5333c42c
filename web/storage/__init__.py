"""The database: connections and migrations, its two roles, and what it shows to whom."""
