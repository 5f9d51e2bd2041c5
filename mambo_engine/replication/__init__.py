"""Experiments of the paper run again on other data: each gives a table of ours, the paper's, and what differs."""
