"""Charts of an edition: a module each says where the marks stand and what the axes say.

Every chart is a `Drawing`: a few paths by class, a few words. How they look is the stylesheet's, so
that dark, printed and forced colours hold; what they mean stands in a table beside each.
"""

from web.board.charts.drawing import shown

__all__ = ["shown"]
