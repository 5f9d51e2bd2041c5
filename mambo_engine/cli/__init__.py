"""The engine's command line: one thin file per verb."""
