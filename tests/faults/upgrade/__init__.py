"""A table that grows a column, an index and a constraint while people read it."""
