"""Dalil beside what else one would take: the same model, data, machine and run."""
