"""The module's parameters, as functions see them: `savant.parameter_storage`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class ParameterStorage(Mapping[str, Any]):
    """A mapping of the module file's `parameters`, with the defaults filled in. There is one; a runner fills it."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def set(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> Any:
        try:
            return self._values[key]
        except KeyError:
            raise KeyError(
                f"the module's parameters have no {key!r}; they have: {', '.join(sorted(self._values)) or 'nothing'}"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"ParameterStorage({self._values!r})"


_storage = ParameterStorage()


def param_storage() -> ParameterStorage:
    """`param_storage()["frame"]["width"]`"""
    return _storage


def init_param_storage(values: Mapping[str, Any]) -> None:
    _storage.set(values)
