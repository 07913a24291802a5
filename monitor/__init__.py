"""Archive, decision, alerts, daemon and command line of Pinkslip."""

__version__ = "0.1.0"
