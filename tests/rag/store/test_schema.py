"""The script of the tables, statement by statement."""

import sqlite3

from rag.store.schema import SCHEMA, statements


def test_the_statements_are_the_script_cut_up() -> None:
    assert "".join(statements(SCHEMA)).split() == SCHEMA.split()


def test_a_trigger_stays_one_statement() -> None:
    assert all(sqlite3.complete_statement(statement) for statement in statements(SCHEMA))
    assert sum("CREATE TRIGGER" in statement for statement in statements(SCHEMA)) == 1
