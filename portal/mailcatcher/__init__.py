"""A mail server for developers: takes every email, delivers none, shows all. It knows nothing of the portal."""
