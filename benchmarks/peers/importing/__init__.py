"""The peer of the import: a project with django-import-export as its documentation sets it up, in an environment of its own."""
