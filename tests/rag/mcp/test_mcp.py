"""The tools as agents reach them: through the SDK's own client, over stdio and HTTP."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from mcp import Client, MCPError, StdioServerParameters, types
from mcp.server import Server

from rag import wire
from rag.errors import (
    DalilError,
    EmptyIndexError,
    LlmInterruptedError,
    QuestionError,
    SettingsError,
)
from rag.mcp.server import create_http_app, create_server
from rag.types import Turn
from tests.server.fakes import (
    ANSWERABLE_AR,
    ANSWERABLE_EN,
    ARTICLES,
    UNANSWERABLE_AR,
    FailingService,
    FakeService,
    Pace,
)
from tests.server.running import serving, wait_until

ROOT = Path(__file__).parents[3]
WITH_A_FAKE_ENGINE = """
import os, sys
from types import SimpleNamespace
from tests.server.fakes import FakeService
def open_service(*_):
    print("the model is loading")
    os.write(1, b"and so does C code\\n")
    return Talkative()
class Talkative(FakeService):
    def search(self, *args, **options):
        print("a library talks")
        return super().search(*args, **options)
sys.modules["rag.compose"] = SimpleNamespace(open_service=open_service)
from rag.cli.main import main
main()
"""
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("DALIL_")},
    "PYTHONPATH": str(ROOT),
}
STDIO = StdioServerParameters(
    command=sys.executable, args=["-c", WITH_A_FAKE_ENGINE, "mcp"], env=ENVIRONMENT
)

Use = Callable[[Client], Coroutine[Any, Any, Any]]


def _server(service: FakeService) -> Server[Any]:
    return create_server(cast(Any, service))


def _with(server: Any, use: Use, *, mode: str = "auto") -> Any:
    async def connect() -> Any:
        async with Client(server, mode=mode) as client:
            return await use(client)

    return asyncio.run(asyncio.wait_for(connect(), 60))


def _call(server: Any, tool: str, arguments: dict[str, Any]) -> types.CallToolResult:
    result = _with(server, lambda client: client.call_tool(tool, arguments))
    assert isinstance(result, types.CallToolResult)
    return result


def _message(result: types.CallToolResult) -> str:
    assert result.is_error
    assert result.structured_content is None
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert "\n" not in content.text
    return content.text


def _value(result: types.CallToolResult) -> Any:
    """The structured content, which the client has checked against the tool's schema."""
    assert not result.is_error, result
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


def test_three_tools_are_listed_with_types_and_examples_in_arabic() -> None:
    listed = _with(_server(FakeService()), lambda client: client.list_tools())

    assert [tool.name for tool in listed.tools] == ["search", "ask", "read_article"]
    for tool in listed.tools:
        assert re.search("[\u0600-\u06ff]", tool.description)
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object"
        assert tool.annotations.read_only_hint


@pytest.mark.parametrize("question", [ANSWERABLE_AR, ANSWERABLE_EN, UNANSWERABLE_AR])
def test_ask_gives_the_same_object_as_the_other_faces(question: str) -> None:
    value = _value(_call(_server(FakeService()), "ask", {"question": question}))

    assert value == wire.answer_to_dict(FakeService().ask(question))
    for citation in value["citations"]:
        (article,) = [a for a in ARTICLES if a.id == citation["article_id"]]
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]


def test_arabic_is_not_escaped_for_the_model_that_reads_it() -> None:
    result = _call(_server(FakeService()), "ask", {"question": ANSWERABLE_AR})

    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert "قناة السويس" in content.text


def test_search_and_read_article_give_what_http_gives() -> None:
    server = _server(FakeService())
    found = _value(_call(server, "search", {"query": ANSWERABLE_AR, "top_k": 2}))
    read = _value(_call(server, "read_article", {"article_id": "suez-canal-ar"}))

    assert found == wire.search_to_dict(FakeService().search(ANSWERABLE_AR, top_k=2))
    assert read == wire.article_to_dict(ARTICLES[0])
    assert "secret" not in json.dumps(read)


def test_a_follow_up_takes_the_conversation_and_filters_narrow_it() -> None:
    service = FakeService()
    arguments = {
        "question": "ومتى؟",
        "history": [{"role": "user", "content": ANSWERABLE_AR}],
        "filters": {"article_ids": ["suez-canal-ar"]},
    }
    value = _value(_call(_server(service), "ask", arguments))

    assert service.history == (Turn("user", ANSWERABLE_AR),)
    assert service.filters.article_ids == ("suez-canal-ar",)
    assert value["rewritten"]


@pytest.mark.parametrize(
    ("tool", "arguments", "start"),
    [
        ("ask", {}, "question: "),
        ("ask", {"question": ANSWERABLE_AR, "top_k": 0}, "top_k: "),
        ("ask", {"question": ANSWERABLE_AR, "stream": True}, "stream: unknown field"),
        ("search", {"query": "قناة", "filters": {"languages": ["AR!"]}}, "filters.languages.0: "),
        ("read_article", {"article_id": "../etc/passwd"}, "article_id: "),
    ],
)
def test_bad_arguments_are_a_line_that_names_the_field(
    tool: str, arguments: dict[str, Any], start: str
) -> None:
    assert _message(_call(_server(FakeService()), tool, arguments)).startswith(start)


def test_an_article_that_is_not_there_is_a_line_too() -> None:
    result = _call(_server(FakeService()), "read_article", {"article_id": "none"})

    assert _message(result) == "there is no article with the id 'none'"


@pytest.mark.parametrize(
    "error",
    [
        QuestionError("the question holds\nno words"),
        EmptyIndexError("the question holds no words"),
        LlmInterruptedError("the question holds no words"),
    ],
)
@pytest.mark.parametrize("tool", ["search", "ask"])
def test_an_error_of_ours_is_its_own_line(error: DalilError, tool: str) -> None:
    arguments = {"search": {"query": "متى؟"}, "ask": {"question": "متى؟"}}[tool]
    result = _call(_server(FailingService(error)), tool, arguments)

    assert _message(result) == "the question holds no words"


@pytest.mark.parametrize("error", [RuntimeError("sk-canary"), SettingsError("sk-canary")])
def test_an_unexpected_error_is_logged_and_not_told(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    result = _call(_server(FailingService(error)), "ask", {"question": "متى؟"})

    assert "canary" not in _message(result)
    assert [record.name for record in caplog.records if record.exc_info] == ["dalil.mcp"]


def test_a_tool_that_does_not_exist_is_an_error_of_the_protocol() -> None:
    async def use(client: Client) -> None:
        with pytest.raises(MCPError, match="there is no such tool"):
            await client.call_tool("delete_everything", {})

    _with(_server(FakeService()), use)


def test_an_agent_that_gives_up_ends_the_work() -> None:
    service = FakeService(Pace(before_the_first=60))

    async def give_up(client: Client) -> None:
        call = asyncio.create_task(client.call_tool("ask", {"question": ANSWERABLE_AR}))
        while service.running == 0:
            await asyncio.sleep(0.01)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        async with asyncio.timeout(2):
            while service.running:
                await asyncio.sleep(0.01)

    for mode in ("auto", "legacy"):
        _with(_server(service), give_up, mode=mode)


# Over stdio, as a process of its own.


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_stdio_serves_both_generations_of_the_protocol(mode: str) -> None:
    async def use(client: Client) -> tuple[Any, Any, Any]:
        search = await client.call_tool("search", {"query": ANSWERABLE_AR})
        ask = await client.call_tool("ask", {"question": ANSWERABLE_AR})
        return search, ask, client.server_info

    search, ask, info = _with(STDIO, use, mode=mode)
    assert _value(search) == wire.search_to_dict(FakeService().search(ANSWERABLE_AR))
    assert _value(ask) == wire.answer_to_dict(FakeService().ask(ANSWERABLE_AR))
    assert info.name == "dalil"


def test_nothing_but_the_protocol_is_on_stdout(tmp_path: Path) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": ANSWERABLE_AR}},
    }
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    process = subprocess.Popen(
        [STDIO.command, *STDIO.args],
        cwd=tmp_path,
        env={**ENVIRONMENT, "LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    for message in (hello, ready, call):
        process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    replies = [json.loads(process.stdout.readline()) for _ in range(2)]
    rest, stderr = process.communicate(timeout=30)

    assert [reply["id"] for reply in replies] == [1, 2]
    assert all(reply["jsonrpc"] == "2.0" for reply in replies)
    assert rest == b""
    for talk in (b"the model is loading", b"C code", b"a library talks"):
        assert talk in stderr
    assert process.returncode == 0


# Over HTTP.


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_http_serves_both_generations_of_the_protocol(mode: str) -> None:
    app = create_http_app(_server(FakeService()), "127.0.0.1", 1_000_000)
    with serving(app) as (host, port):
        url = f"http://{host}:{port}/mcp"
        result = _with(url, lambda c: c.call_tool("ask", {"question": ANSWERABLE_EN}), mode=mode)

    assert _value(result) == wire.answer_to_dict(FakeService().ask(ANSWERABLE_EN))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_that_gives_up_over_http_ends_the_work(mode: str) -> None:
    service = FakeService(Pace(before_the_first=60))

    async def give_up(client: Client) -> None:
        call = asyncio.create_task(client.call_tool("ask", {"question": ANSWERABLE_AR}))
        while service.running == 0:
            await asyncio.sleep(0.01)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await asyncio.to_thread(wait_until, lambda: service.running == 0, 2)

    with serving(create_http_app(_server(service), "127.0.0.1", 1_000_000)) as (host, port):
        _with(f"http://{host}:{port}/mcp", give_up, mode=mode)


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_a_web_page_cannot_reach_it_through_a_browser(headers: dict[str, str]) -> None:
    import http.client

    app = create_http_app(_server(FakeService()), "127.0.0.1", 1_000_000)
    with serving(app) as (host, port):
        connection = http.client.HTTPConnection(host, port, timeout=10)
        connection.request("POST", "/mcp", b"{}", {"Content-Type": "application/json", **headers})
        assert connection.getresponse().status in {403, 421}
        connection.close()
