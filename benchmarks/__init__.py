"""Measurements of speed, memory and size; each is a command of its own."""

# Before OpenVINO, whose tools it keeps from reporting their use over the network.
import embeddings  # noqa: F401
