"""The dependency-safe database development workflow: schema, then models, then test data."""

__version__ = "0.4.0"
