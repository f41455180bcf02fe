"""Demo data that feels real: one township, twelve branches, two years of organisational life, all of it generated.

Deterministic by seed. Organisation codes start with `DEMO-`; ID numbers carry an area code that is assigned to nobody.
"""
