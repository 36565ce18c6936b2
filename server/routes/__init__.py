"""The addresses of the HTTP interface: each takes a request apart and hands it on."""
