"""Pages of HTML that need nothing from outside: templates, and the one way to fill them."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from ...lang import current, say

if TYPE_CHECKING:
    from jinja2 import Environment


def page(name: str, media: str, **content: object) -> str:
    """The page `name`.html.jinja with `name`.css and `name`.js inside; all text in it is escaped.

    The browser is told to load nothing else: `media` is where sounds may come from, as a Content-Security-Policy has
    it ('self', data:).
    """
    style, script = _text("page.css") + _text(f"{name}.css"), _text(f"{name}.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; media-src {media}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    from markupsafe import Markup

    return _environment().get_template(f"{name}.html.jinja").render(
        **content, say=say, lang="zh-CN" if current() == "zh" else "en", policy=policy,
        style=Markup(style), script=Markup(script),  # noqa: S704 # our own files
    )  # fmt: skip


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__name__, "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text("utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
