"""noc_console: a terminal console for technical support of telecom networks."""

__version__ = "0.1.0"
