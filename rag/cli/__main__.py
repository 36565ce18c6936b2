"""`python -m rag.cli`: the command without its installed script."""

from rag.cli.main import main

main()
