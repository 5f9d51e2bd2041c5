"""What `./dev` does: sets up, runs, tests and checks the project. Standard library only."""
