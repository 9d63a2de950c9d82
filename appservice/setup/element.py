"""The configuration of Element Web: the template, for the school's homeserver."""

import json
from pathlib import Path
from typing import Final

from appservice.setup.files import READ_BY_ALL, template, write_new

TEMPLATE: Final = "docker/element/config.json"


def write(directory: Path, *, domain: str, public_url: str) -> list[Path]:
    """Write ``config.json`` where there is none; return what is new."""
    directory.mkdir(parents=True, exist_ok=True)
    config = json.loads(template(TEMPLATE))
    config["default_server_config"]["m.homeserver"] = {
        "base_url": public_url,
        "server_name": domain,
    }
    path = directory / "config.json"
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    return [path] if write_new(path, text, mode=READ_BY_ALL) else []
