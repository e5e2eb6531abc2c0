"""Ours beside its peers: alternately, in one run, as medians and ratios.

One module a subject, each with `contestants() -> Iterable[Contestant]`, ours first.
`nox -s bench -- SUBJECT [--json FILE]` installs the peers and runs one.
"""
