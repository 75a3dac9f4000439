"""Fill the HTML template: the document and the template's path in, HTML out.

A template can include only templates in the form's folders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, TemplateNotFound

from pipeline.base import errors
from pipeline.base.errors import ComponentMissing
from pipeline.base.templating import TEMPLATE_ERRORS, Sandbox, place_of, reason_of, template_errors
from pipeline.model.document import Document, template_names
from pipeline.model.editions import Companion

# The style sheet in which a form adds rules to the shared style sheets.
FORM_STYLE_SHEET: Final = "form.css"


def fill(document: Document, path: Path, folders: tuple[Path, ...], tall: frozenset[str]) -> str:
    """The HTML of the document. Rows whose number is in ``tall`` may split.

    An included template is read from the first of the ``folders`` that contains it.

    Raises ComponentMissing with file and line for a mistake in a template.
    """
    environment = _sandbox(document, folders, tall)
    try:
        return environment.get_template(path.name).render()
    except TEMPLATE_ERRORS as error:
        if isinstance(error, TemplateNotFound) and error.name == path.name:
            raise ComponentMissing("template-missing", path=path) from error
        file, line = place_of(error)
        raise ComponentMissing(
            "template-broken",
            path=Path(file) if file else path,
            place=f"{line} 行目" if line else "どこか",
            reason=reason_of(error, (*template_names(type(document)), *environment.globals)),
        ) from error


def template_mistakes(
    documents: Sequence[Document], folders: tuple[Path, ...]
) -> Iterator[tuple[Path, int | None, str]]:
    """Every mistake in the form's HTML templates that can be found without filling them.

    A file that is no document's template is included by others and may use all their names.
    Templates of documents that this form does not have are never filled, so they are skipped.
    """
    templates = {f"{document.template}.html": document for document in documents}
    unused = {f"{each.value}.html" for each in Companion} - templates.keys()
    for path in files_of(folders, "*.html"):
        if path.name not in unused:
            document = templates.get(path.name)
            yield from _mistakes_of(
                path, [document] if document else list(templates.values()), folders
            )


def files_of(folders: tuple[Path, ...], pattern: str) -> list[Path]:
    """The files of a form that match, each name once, from the first folder that contains it."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob(pattern):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def _mistakes_of(
    path: Path, documents: Sequence[Document], folders: tuple[Path, ...]
) -> Iterator[tuple[Path, int | None, str]]:
    """The mistakes of one file, which may be filled with any of the ``documents``."""
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        yield path, None, reason_of(error, ())
        return
    except OSError as error:
        yield path, None, errors.reason_of(error)
        return
    environment = _sandbox(documents[0], folders, frozenset())
    environment.globals.update({each.template: each for each in documents})
    known = frozenset().union(*(template_names(type(each)) for each in documents))
    for line, reason in template_errors(environment, source, known):
        yield path, line, reason


def _sandbox(document: Document, folders: tuple[Path, ...], tall: frozenset[str]) -> Sandbox:
    names = {
        document.template: document,
        "tall": tall,
        "created": document.utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "mm": lambda length: round(length * document.scale, 3),
        "styles": _styles(document, folders),
    }
    return Sandbox(_FoldersLoader(folders), names, trim_blocks=True)


def _styles(document: Document, folders: tuple[Path, ...]) -> tuple[str, ...]:
    """The names of the document's style sheet and, after it, of the form's own, if they exist."""
    wanted = (f"{document.template}.css", FORM_STYLE_SHEET)
    return tuple(name for name in wanted if any((f / name).is_file() for f in folders))


class _FoldersLoader(FileSystemLoader):
    """Loads templates from a form's folders; links to files outside are not followed."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        super().__init__([str(folder) for folder in folders], encoding="utf-8")
        self._folders = tuple(folder.resolve() for folder in folders)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, object]:  # type: ignore[override]  # the third is a function for reloading, which is never called
        """The template's text; raises TemplateNotFound for a file outside the folders."""
        for folder in self._folders:
            path = folder / template
            if path.is_file() and not path.resolve().is_relative_to(folder):
                raise TemplateNotFound(template)
        return super().get_source(environment, template)
