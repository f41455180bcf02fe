"""Which names a view can come to: its code, and that of the project's own functions and classes that it names, however deep.

Read from the code objects, so that no list has to be kept by hand. What `functools.wraps` has put around a view is not part
of it: those are the guards, which are asked for by themselves (`guards_of`).
"""

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType

from django.utils.functional import cached_property

APPS = ("branch_portal", "members", "notices", "learning", "activities", "supervision")


def names_reached(view) -> set[str]:
    """Every name that the view's code, or the project's code behind it, mentions."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[object] = [entry_of(view)]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if inspect.isclass(thing):
            found |= {base.__name__ for base in thing.__mro__}
            waiting += [
                value for base in _our_bases(thing) for value in vars(base).values() if _is_ours(value)
            ]
        for function in _functions_of(thing):
            names = set(_names(function.__code__))
            found |= names
            waiting += [
                known
                for name in names
                if _is_ours(known := function.__globals__.get(name)) and not inspect.ismodule(known)
            ]
            waiting += [
                attribute
                for module in (function.__globals__.get(name) for name in names)
                if inspect.ismodule(module) and module.__name__.split(".")[0] in APPS
                for attribute in (getattr(module, name, None) for name in names)
                if _is_ours(attribute)
            ]
    return found


def entry_of(view):
    """The view itself: the function below its decorators, or the class behind `as_view`."""
    below = inspect.unwrap(view)
    return getattr(below, "view_class", None) or getattr(view, "view_class", None) or below


def guards_of(view) -> list[str]:
    """The names of the wrappers around a view, outermost first."""
    names = []
    while view is not None:
        names.append(getattr(getattr(view, "__code__", None), "co_qualname", "") or _qualname(view))
        view = getattr(view, "__wrapped__", None)
    return names


def _qualname(view) -> str:
    """`co_qualname` came with Python 3.11; a partial or a method has its function's."""
    return getattr(view, "__qualname__", type(view).__qualname__)


def _is_ours(thing) -> bool:
    module = getattr(thing, "__module__", None) or ""
    return (inspect.isfunction(thing) or inspect.isclass(thing)) and module.split(".")[0] in APPS


def _our_bases(thing: type) -> list[type]:
    return [base for base in thing.__mro__ if base.__module__.split(".")[0] in APPS]


def _functions_of(thing) -> Iterator[FunctionType]:
    if inspect.isfunction(thing):
        yield inspect.unwrap(thing)
    elif inspect.ismethod(thing):
        yield inspect.unwrap(thing.__func__)
    elif inspect.isclass(thing):
        for base in _our_bases(thing):
            for value in vars(base).values():
                value = getattr(value, "__func__", value)
                value = value.func if isinstance(value, cached_property) else value
                value = value.fget if isinstance(value, property) else value
                if inspect.isfunction(value):
                    yield inspect.unwrap(value)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
