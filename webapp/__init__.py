"""The faces: pages, API and command line over the searcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from corpus.progress import Progress
    from webapp.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None, progress: Progress | None = None) -> Flask:
    """The WSGI application; settings that are not given come from the environment.

    Opens the library and the index of ``settings.home``.  Where that is missing or
    stale, it is built first, and ``progress`` is called with how far it is.  Raises the
    errors of :mod:`corpus.errors` and :mod:`indexer.errors` if that is not possible.
    """
    # Imported here so that ``zhengsou --help`` need not load the web framework.
    from flask import Flask

    from webapp import kept_templates
    from webapp.admin import routes
    from webapp.api import openapi
    from webapp.api import routes as api
    from webapp.holdings import pages as holdings
    from webapp.pages import advanced, basket, citations, exporting, feeds, overview, places, values
    from webapp.pages import help as help_pages
    from webapp.pages import search as pages
    from webapp.settings import Settings
    from webapp.web import assets, compression, error_pages, languages, limits, names, security
    from webapp.web.addresses import url_for
    from webapp.web.outside import PrefixMount
    from webapp.web.state import State

    settings = Settings.from_environment() if settings is None else settings
    app = Flask(__name__)
    app.extensions["zhengsou"] = State(settings, progress)
    kept_templates.register(app)
    compression.register(app)
    names.register(app)
    languages.register(app)
    app.jinja_env.globals["url_for"] = url_for
    security.register(app, settings, limits.BODIES)
    error_pages.register(app)
    readers = (
        *(pages, help_pages, advanced, places, overview, basket, citations),
        *(values, feeds, exporting, holdings),
    )
    for views in (assets, *readers, api, openapi):
        app.register_blueprint(views.blueprint)
    routes.register(app, settings)
    if settings.url_prefix:
        app.wsgi_app = PrefixMount(app.wsgi_app, settings.url_prefix)  # type: ignore[method-assign]
    return app
