"""The command line: takes arguments apart, calls the engine, shows what it says."""
