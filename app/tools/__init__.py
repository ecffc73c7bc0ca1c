"""What can be done with the window besides training: each module is one tool with its menu entries."""
