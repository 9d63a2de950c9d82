"""
The rules, one file each, found by being here.

A module of this package with a ``RULE`` is a rule; nothing else needs to know of it.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from appservice.domain.rule import Rule


@cache
def all_rules() -> Mapping[str, Rule]:
    """List every rule by its name."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    found: tuple[Rule, ...] = tuple(
        module.RULE for module in modules if hasattr(module, "RULE")
    )
    return MappingProxyType({rule.name: rule for rule in found})
