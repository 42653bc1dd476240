"""Peers: what is said of them (statements) and how they are brought up (adapters)."""
