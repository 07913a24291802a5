"""Everything that fetches and parses; it never imports ``monitor``."""
