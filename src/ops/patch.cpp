// Patch: download, edit, put back.
