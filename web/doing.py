"""Who carries out which kind of change that waited for a second person or for its day."""

from feedback import reforms
from feedback.changes import Doers

DOERS: Doers = dict.fromkeys(reforms.KINDS, reforms.carry_out)
