"""Recomputes the board from its inputs: nothing here is shared with the project's own code."""
