import io
import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")

application = get_wsgi_application()
# As every command does: nothing is served with settings that are known to be wrong.
call_command("check", stdout=io.StringIO())
