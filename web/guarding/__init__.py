"""What stands before a request: who may, how much and how often, and what is let in."""
