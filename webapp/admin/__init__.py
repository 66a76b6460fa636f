"""The management pages: what changes a library, behind the administrator's token."""
