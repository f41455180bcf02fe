"""Yearly files of outside platforms: their columns, their rows, and whom the rows mean."""
