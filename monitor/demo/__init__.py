"""A small newsroom, a receiver, and the demonstration that runs the real daemon between them."""
