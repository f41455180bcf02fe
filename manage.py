#!/usr/bin/env python
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["runserver"]:  # its requests have people who ask
        execute_from_command_line(sys.argv)
        return
    from branch_portal.database import as_system

    with as_system("a command at the keyboard or of a timer"):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
