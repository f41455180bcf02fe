"""placeholder"""

COMMANDS = {}
