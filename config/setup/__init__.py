"""What `make run` and `make test` do before and around Django. Standard library only."""
