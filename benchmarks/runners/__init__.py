"""Migration runners side by side: the same files for each, in the form that each is used to.

A module a runner, each with `runner(bench) -> Runner`; what it cannot install it says.
"""
