"""What a peer claims to implement (ICS, ISO 9646-7), and conditions over it.

A claim is true, false or unknown.  Knows no peer and no test.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from atmt.errors import TesterFault

Claims = Mapping[str, bool | None]


class ClaimError(TesterFault):
    """A condition or a claim is not well formed; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression over claims: names, ``and``, ``or``, ``not`` and parentheses; "" is always true."""

    text: str

    def names(self) -> frozenset[str]:
        """The claims that it asks for.  Raises `ClaimError` if it is no such expression."""
        return (
            frozenset(n.id for n in ast.walk(self._tree()) if isinstance(n, ast.Name))
            if self.text
            else frozenset()
        )

    def holds(self, claims: Claims) -> bool | None:
        """Whether it is true of `claims`; None where that hangs on what is unknown."""
        return _value(self._tree().body, claims) if self.text else True

    def _tree(self) -> ast.Expression:
        try:
            tree = ast.parse(self.text, mode="eval")
        except SyntaxError as error:
            raise ClaimError(f"{self.text!r} is no condition: {error.msg}") from None
        allowed = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Name, ast.Load)
        for node in ast.walk(tree):
            if not isinstance(node, allowed):
                raise ClaimError(
                    f"{self.text!r} is no condition: use names of claims, and, or, not and parentheses only"
                )
        return tree


ALWAYS = Condition("")


def proforma(folder: Path) -> dict[str, str]:
    """The claims that a suite asks its peers for: name -> question, from ``ics.toml`` (none without it)."""
    file = folder / "ics.toml"
    if not file.is_file():
        return {}
    try:
        questions = tomllib.loads(file.read_text("utf-8")).get("ics", {})
    except tomllib.TOMLDecodeError as error:
        raise ClaimError(f"{file} is not TOML: {error}") from None
    if wrong := [
        name for name, text in questions.items() if not name.isidentifier() or not isinstance(text, str)
    ]:
        raise ClaimError(f"{file}: [ics] {wrong[0]} must be an identifier with its question as text")
    return dict(questions)


def claims(given: Mapping[str, object], asked: Mapping[str, str], where: str) -> dict[str, bool | None]:
    """Every claim that is asked for, as `given` in a peer statement; what is left out is unknown."""
    for name, value in given.items():
        if name not in asked:
            raise ClaimError(
                f"{where}: [ics] {name!r} is asked for by no one; known are {', '.join(asked) or 'none'}"
            )
        if not isinstance(value, bool) and value != "unknown":
            raise ClaimError(f'{where}: [ics] {name} is {value!r}; write true, false or "unknown"')
    return {name: value if isinstance(value := given.get(name), bool) else None for name in asked}


def _value(node: ast.expr, claims: Claims) -> bool | None:
    if isinstance(node, ast.Name):
        return claims.get(node.id)
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand, claims)
        return None if operand is None else not operand
    assert isinstance(node, ast.BoolOp)
    values = [_value(v, claims) for v in node.values]
    decisive = isinstance(node.op, ast.Or)
    if decisive in values:
        return decisive
    return None if None in values else not decisive
