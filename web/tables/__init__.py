"""Registers and counts as tables for spreadsheets."""
