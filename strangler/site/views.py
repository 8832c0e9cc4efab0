"""What a view is like, as far as it can be told without calling it.

On the line: beside each URL pattern. Enters: a view. Leaves: its methods, and marks of
what makes it harder to move. Best effort: only the view's own source is read, not what
it calls.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

READING = ("GET", "HEAD")
_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# A mark, and the words of the source that earn it.
MARKS = {
    "files": {"FILES", "FileField", "ImageField", "FileUploadParser", "MultiPartParser"},
    "forms": {"Form", "ModelForm", "form_class", "get_form", "formset_factory"},
    "login": {"login", "logout", "authenticate", "update_session_auth_hash"},
    "messages": {"messages"},
    "session": {"session"},
    "streaming": {"StreamingHttpResponse", "FileResponse"},
}
# What everybody builds on says nothing of the one who builds.
_FOUNDATIONS = ("django.", "rest_framework.")


@dataclass(frozen=True, slots=True)
class View:
    """A view's name, the methods it takes, and its marks."""

    name: str
    methods: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def writes(self) -> tuple[str, ...]:
        """Return the methods that may change something."""
        return tuple(method for method in self.methods if method not in READING)


def described(view: Callable[..., Any]) -> View:
    """Return what can be told of a view."""
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    own = kind or inspect.unwrap(view)
    words = _all_words(own)
    name = f"{getattr(own, '__module__', '?')}.{getattr(own, '__qualname__', type(own).__name__)}"
    return View(name, _methods(view, kind, words), _marks(words))


def _methods(view: Callable[..., Any], kind: Any, words: frozenset[str]) -> tuple[str, ...]:
    actions = getattr(view, "actions", None)
    if actions:
        found = {method.upper() for method in actions}
    elif kind is not None:
        found = {name.upper() for name in kind.http_method_names if hasattr(kind, name)}
    else:
        # Undecorated, a function takes everything; what it looks at tells what it means.
        found = set(_allowed(view) or (("GET", "POST") if words & {"POST", "FILES"} else ("GET",)))
    if "GET" in found:
        found.add("HEAD")
    return tuple(method for method in _ORDER if method in found)


def _allowed(view: Callable[..., Any]) -> list[str] | None:
    """Return what `require_http_methods` was told, wherever it stands among the decorators."""
    while view is not None:
        code, cells = getattr(view, "__code__", None), getattr(view, "__closure__", None)
        if code and cells:
            closure = dict(zip(code.co_freevars, cells, strict=True))
            if "request_method_list" in closure:
                return list(closure["request_method_list"].cell_contents)
        view = getattr(view, "__wrapped__", None)  # type: ignore[assignment]
    return None


def _marks(words: frozenset[str]) -> tuple[str, ...]:
    found = {mark for mark, earned_by in MARKS.items() if words & earned_by}
    if any(word.endswith("Form") for word in words):
        found.add("forms")
    return tuple(sorted(found))


def _all_words(own: Any) -> frozenset[str]:
    if inspect.isclass(own):
        theirs = [each for each in own.__mro__ if not each.__module__.startswith(_FOUNDATIONS)]
        return frozenset().union(*map(_words, theirs))
    if not inspect.ismethod(own):
        return _words(own)
    # A method of an object, as the admin's: those that it calls are read too.
    read, found, owner = {own.__func__}, _words(own.__func__), type(own.__self__)
    while (
        called := {
            getattr(owner, word) for word in found if inspect.isfunction(getattr(owner, word, None))
        }
        - read
    ):
        read |= called
        found = found.union(*map(_words, called))
    return found


@cache
def _words(own: Any) -> frozenset[str]:
    """Return the names that a source uses, and whether it speaks of POST."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(own)))
    except (OSError, TypeError, SyntaxError):
        return frozenset()
    return frozenset(_named(tree))


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            # A form's `error.messages` are nothing that the session keeps.
            case ast.Name(id=name) | ast.Attribute(attr=name) if name != "messages":
                yield name
            case ast.Name(id=name) | ast.Constant(value="POST" as name):
                yield name
