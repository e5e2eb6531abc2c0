"""Fixtures for every test: the workflow's own pytest plugin, as any repository loads it."""

pytest_plugins = ["db_workflow.pytest_plugin"]
