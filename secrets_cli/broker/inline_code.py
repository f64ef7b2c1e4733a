"""The handler's source without its commentary, to be sent inside a template, which may have 51,200 bytes.

Comments, docstrings (of fields too) and most blank lines go; every other line stays as it was written. What is left has the
same syntax tree but for the docstrings, which a test holds; where a body was a docstring alone, `pass` takes its place.
"""

import ast
import io
import tokenize
from collections.abc import Iterator


def without_commentary(source: str) -> str:
    """The source as it was written, without comments, docstrings and blank lines."""
    lines = source.splitlines()
    for row, column in _comments(source):
        lines[row - 1] = lines[row - 1][:column].rstrip()
    for statement, alone in _docstrings(ast.parse(source)):
        # INVARIANT: a docstring of formatted code has its lines to itself.
        end = statement.end_lineno or statement.lineno
        indent = " " * statement.col_offset
        lines[statement.lineno - 1 : end] = [f"{indent}pass" if alone else "", *[""] * (end - statement.lineno)]
    return "\n".join(lines if _has_long_texts(source) else _parted(lines)) + "\n"


def _parted(lines: list[str]) -> Iterator[str]:
    """The lines that are not blank, a blank one after each block that ends."""
    before = ""
    for line in lines:
        if line.strip():
            if before.startswith(" ") and not line.startswith((" ", ")", "]", "}")):
                yield ""
            yield line
            before = line


def _comments(source: str) -> Iterator[tuple[int, int]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start


def _docstrings(tree: ast.AST) -> Iterator[tuple[ast.Expr, bool]]:
    """Each statement that is a string alone, and whether it is all of its block."""
    for node in ast.walk(tree):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if not isinstance(statements, list):
                continue
            for statement in statements:
                match statement:
                    case ast.Expr(value=ast.Constant(value=str())):
                        yield statement, len(statements) == 1 and not isinstance(node, ast.Module)


def _has_long_texts(source: str) -> bool:
    """Whether a text that is no docstring goes over several lines: its blank lines and `#` are not commentary."""
    tree = ast.parse(source)
    commentary = {id(statement.value) for statement, _ in _docstrings(tree)}
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "\n" in node.value
        and id(node) not in commentary
        and node.lineno != node.end_lineno
        for node in ast.walk(tree)
    )
