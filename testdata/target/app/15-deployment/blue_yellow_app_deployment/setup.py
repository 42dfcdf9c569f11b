"""A small Pyramid application, in the folders that the course's application has."""
from setuptools import find_packages, setup

setup(
    name='blue_yellow_app',
    version='1.0',
    packages=find_packages(),
    include_package_data=True,
    zip_safe=False,
    # More than it imports: what such an application needs, so that pip's work is that of a real one.
    install_requires=['html2text', 'mailer', 'passlib', 'pyramid', 'pyramid_chameleon', 'sqlalchemy', 'waitress'],
    entry_points={'paste.app_factory': ['main = blue_yellow_app:main']},
)
