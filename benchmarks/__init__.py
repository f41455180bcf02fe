"""How fast the portal is, as ratios against the least work that could do the job and against its peers (docs/scale.md)."""
