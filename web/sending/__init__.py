"""Leaves the house: mails, text messages, and calls to agencies' own systems."""
