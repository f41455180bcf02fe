class ActionRefused(Exception):
    """A change that the rules forbid; the message is Chinese, meant for the person who asked. Nothing was written."""
