"""One file for each command of `dalil`."""
