"""What goes wrong in the hands of whoever runs a command, and can be put right by them."""


class Mistake(Exception):
    """Its text is the one line the command line shows. Never raised itself."""
