"""A page, and the version that serves it."""
from pyramid.config import Configurator

VERSION = '1.0'


def home(request):
    return {'version': VERSION, 'host': request.host}


def version(request):
    return {'version': VERSION}


def main(global_config, **settings):
    config = Configurator(settings=settings)
    config.include('pyramid_chameleon')
    config.add_static_view('static', 'static')
    config.add_route('home', '/')
    config.add_view(home, route_name='home', renderer='templates/home.pt')
    config.add_route('version', '/version')
    config.add_view(version, route_name='version', renderer='json')
    return config.make_wsgi_app()
