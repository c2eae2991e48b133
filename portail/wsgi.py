import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings.base")

application = get_wsgi_application()

from portail import garde_fou  # noqa: E402

garde_fou.verifier("")  # the lexicon is read now, not while the first person waits
