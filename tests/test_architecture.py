"""Rules about the source itself: who may import whom, and what must never be there."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("rag", "embeddings", "server", "evals", "benchmarks")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 260

SHARED = ("rag.types", "rag.errors")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "embeddings": ("embeddings", *SHARED),
    "rag": ("rag", "embeddings"),
    "server": ("server", "rag", "embeddings"),
    "evals": ("evals", "rag", "embeddings"),
    "benchmarks": ("benchmarks", "evals", "server", "rag", "embeddings"),
}
# FastAPI hands these on, in the versions that it was made for.
PARTS_OF_A_FRAMEWORK = {"pydantic", "starlette"}
SERVE_COMMAND = "rag/cli/commands/serve.py"
EVAL_COMMAND = "rag/cli/commands/eval.py"
PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), _name(path))


def _imports(node: ast.AST) -> Iterator[str]:
    """The modules that the code below a node imports, by full name."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            assert child.module is not None
            yield child.module
            # `from rag import types` imports `rag.types`.
            if child.module in PACKAGES:
                yield from (f"{child.module}.{alias.name}" for alias in child.names)


def _ours(module: str) -> bool:
    return module.partition(".")[0] in PACKAGES


def _below(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


each_source = pytest.mark.parametrize("path", SOURCES, ids=_name)


def test_there_is_source_to_look_at() -> None:
    assert len(SOURCES) > 50


@each_source
def test_imports_go_one_way(path: Path) -> None:
    name = _name(path)
    allowed = MAY_IMPORT[path.relative_to(ROOT).parts[0]]
    if name in {"rag/types.py", "rag/errors.py"}:
        allowed = SHARED
    if name == SERVE_COMMAND:
        allowed = (*allowed, "server.app")
    if name == EVAL_COMMAND:
        allowed = (*allowed, "evals.command")
    wrong = {module for module in _imports(_tree(path)) if _ours(module)}
    assert {module for module in wrong if not _below(module, allowed)} == set()


@pytest.mark.parametrize(
    ("command", "package"), [(SERVE_COMMAND, "server"), (EVAL_COMMAND, "evals")]
)
def test_a_command_imports_what_is_above_it_only_when_it_is_called(
    command: str, package: str
) -> None:
    tree = _tree(ROOT / command)
    at_the_top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not any(module.startswith(package) for node in at_the_top for module in _imports(node))
    assert any(module.startswith(package) for module in _imports(tree))


@each_source
def test_only_the_llm_module_knows_litellm(path: Path) -> None:
    if not _name(path).startswith("rag/llm"):
        assert "litellm" not in {module.partition(".")[0] for module in _imports(_tree(path))}


@each_source
def test_no_pickle_is_ever_loaded(path: Path) -> None:
    tree = _tree(path)
    assert PICKLES.isdisjoint(module.partition(".")[0] for module in _imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "torch.load"
            assert not any(
                keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False"
                for keyword in node.keywords
            )
            assert not any(
                keyword.arg == "trust_remote_code" and ast.unparse(keyword.value) != "False"
                for keyword in node.keywords
            )


def test_weights_are_loaded_as_safetensors_only() -> None:
    source = (ROOT / "embeddings" / "sentence_transformer.py").read_text("utf-8")
    assert '"use_safetensors": True' in source


@each_source
def test_a_file_says_what_it_is_for(path: Path) -> None:
    if path.name == "__init__.py" and not path.read_text("utf-8").strip():
        return
    docstring = ast.get_docstring(_tree(path))
    assert docstring
    assert docstring.splitlines()[0].strip()


@each_source
def test_a_file_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@each_source
def test_nothing_is_run_as_code_or_by_a_shell(path: Path) -> None:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {"eval", "exec", "os.system", "os.popen"}
            assert not any(
                keyword.arg == "shell" and ast.unparse(keyword.value) != "False"
                for keyword in node.keywords
            )


# What is installed.


def _project() -> dict[str, object]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project: dict[str, object] = data["project"]
    return project


def _requirements(*, dev: bool) -> list[str]:
    project = _project()
    main, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(main, list)
    assert isinstance(extras, dict)
    texts = [*main, *(text for group in extras.values() for text in group if dev)]
    return [str(canonicalize_name(Requirement(text).name)) for text in texts]


def _pins(file: str) -> dict[str, str]:
    """The exact versions that a file of requirements names, by distribution."""
    pins = {}
    for line in (ROOT / file).read_text("utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            requirement = Requirement(text)
            assert re.fullmatch(r"==[^*]+", str(requirement.specifier)), line
            pins[str(canonicalize_name(requirement.name))] = str(requirement.specifier)
    return pins


def test_every_requirement_is_pinned() -> None:
    assert set(_requirements(dev=True)) <= set(_pins("constraints.txt"))


def test_the_packages_that_carry_weights_are_pinned() -> None:
    assert _pins("weights-packages.txt")


def test_a_requirement_comes_once() -> None:
    main = _requirements(dev=False)
    assert len(set(main)) == len(main)


def test_every_package_that_is_imported_is_required() -> None:
    providers = packages_distributions()
    wanted = set(_requirements(dev=False)) | set(_requirements(dev=True))
    missing = set()
    for path in SOURCES:
        for module in _imports(_tree(path)):
            top = module.partition(".")[0]
            # The scripted model that the benchmarks ask is the tests'.
            if _ours(module) or top in {"tests", *sys.stdlib_module_names, *PARTS_OF_A_FRAMEWORK}:
                continue
            found = {str(canonicalize_name(name)) for name in providers.get(top, [top])}
            if not found & wanted:
                missing.add(f"{_name(path)}: {top}")
    assert missing == set()
