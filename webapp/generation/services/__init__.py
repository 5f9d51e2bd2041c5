"""The only writers of requests and heartbeats. Every change of state is one conditional UPDATE."""
