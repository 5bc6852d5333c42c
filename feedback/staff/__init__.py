"""Who works here: accounts, the ways to sign in, sessions and what brings one back."""
