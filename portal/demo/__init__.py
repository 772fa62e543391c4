"""The demo clinic: invented people, real rules. Only `seed_demo` uses it, and only with DEBUG on."""
