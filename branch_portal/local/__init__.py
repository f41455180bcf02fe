"""The local stack behind `make run`, `make test`, `make check` and `make lock`.

It starts before the virtual environment exists: everything that `bootstrap` needs uses the standard library only, and
nothing in this package imports Django at module level.
"""
