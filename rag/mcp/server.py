"""Speaks the protocol for the tools: lists them, calls them, and turns errors into results.

An error is a result that says so in one line, for the model to read and act on. What is
unexpected is logged on stderr, and not told.
"""

import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError
from starlette.applications import Starlette

from rag.errors import DalilError, SettingsError
from rag.mcp.tools import TOOLS, Tool
from rag.validation import describe_problems
from rag.wire import to_json

if TYPE_CHECKING:
    from rag.service import Service

logger = logging.getLogger("dalil.mcp")

_INSTRUCTIONS = (
    "Dalil answers questions in Arabic and English from a collection of articles and proves "
    "each sentence with an exact quote. Call `ask` with the reader's own question; show the "
    "quotes with the answer. Where it abstains, the articles do not say."
)
_UNEXPECTED = "something went wrong here; see the log of 'dalil mcp'"
_TOOLS = {tool.name: tool for tool in TOOLS}


def create_server(service: "Service") -> Server[Any]:
    """A server of the tools over a service, which it does not close."""

    async def list_tools(
        _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in TOOLS])

    async def call_tool(
        _context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in _TOOLS:
            raise MCPError(types.INVALID_PARAMS, f"there is no such tool; {_known()}")
        return await _called(service, _TOOLS[params.name], params.arguments or {})

    return Server(
        "dalil",
        title="Dalil",
        version=version("dalil"),
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Serve the one client at stdin and stdout until it closes them.

    The SDK keeps stdout to itself meanwhile: what anything else prints goes to stderr.
    """
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def create_http_app(server: Server[Any], host: str, max_body_bytes: int) -> Starlette:
    """The same at `/mcp`, over HTTP. Listening on the loopback, it refuses other host names
    and foreign origins, so that a web page cannot reach it through a browser."""
    return server.streamable_http_app(host=host, max_request_body_size=max_body_bytes)


async def _called(
    service: "Service", tool: Tool, arguments: dict[str, Any]
) -> types.CallToolResult:
    try:
        value = await tool.run(service, tool.takes.model_validate(arguments))
    except ValidationError as error:
        return _failed(describe_problems(error.errors()))
    except SettingsError:
        logger.exception("%s", tool.name)
        return _failed(_UNEXPECTED)
    except DalilError as error:
        return _failed(str(error))
    except Exception:
        logger.exception("%s", tool.name)
        return _failed(_UNEXPECTED)
    return types.CallToolResult(content=[_text(to_json(value))], structured_content=value)


def _failed(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[_text(" ".join(message.split()))], is_error=True)


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(),
        annotations=types.ToolAnnotations(
            read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


def _known() -> str:
    return f"known: {', '.join(_TOOLS)}"
