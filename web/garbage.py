"""How often to look for garbage that holds on to itself."""

import gc

SELDOM = (10_000, 10, 10)
"""Nearly all we make goes by itself; Python looks after every 700 things that have not yet, which
took a sixth of the time of an edition's figures.
"""


def look_seldom() -> None:
    """From now on; and never at what is there already, such as modules, which stays anyway."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
