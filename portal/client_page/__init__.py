"""One page for each client: alerts, where they stand, what to do next, what happened."""
