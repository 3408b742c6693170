"""`manage.py up`: the whole portal on one machine, in the foreground (docs/operations.md)."""

from argparse import BooleanOptionalAction
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.management import embedded, months, statics
from billing_portal.management.broker import BrokerSilent
from billing_portal.management.demo.logins import demo_logins
from billing_portal.management.locks import AlreadyUp, held
from billing_portal.management.processes import Stopped, Supervisor
from invoices.tasks.bills import evaluate_due

STOP_SECONDS = 9.0
WEB_SECONDS = 60.0
# The running month of a large seller takes longer; the portal opens meanwhile.
EVALUATION_SECONDS = 20.0
# So long may the processes of a killed `up` take to notice.
ORPHAN_SECONDS = 15.0
DEFAULT_ADDRESS = "127.0.0.1:8000"
PROBLEMS = (AlreadyUp, embedded.AddressTaken, BrokerSilent, PermissionError, ValueError)


class Command(BaseCommand):
    help = "Run broker, worker, calendar and web server until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=DEFAULT_ADDRESS, help="where the web listens")
        parser.add_argument("--once", action="store_true", help="stop when the files are made")
        parser.add_argument("--demo", action="store_true", help="fill an empty database, close it")
        parser.add_argument("--web", action=BooleanOptionalAction, default=True)

    def handle(self, *, address: str, once: bool, demo: bool, web: bool, **_options: Any) -> None:
        try:
            with self._supervisor(demo=demo, address=address) as supervisor:
                self._bring_up(supervisor, address=address if web and not once else "", demo=demo)
                if not once:
                    self._say("Ctrl-C stops it.")
                while not once:
                    supervisor.tick()
        except Stopped:
            self._say("Stopped.")
            if once:
                raise CommandError("Stopped before the files were made.", returncode=3) from None
        except PROBLEMS as problem:
            raise CommandError(str(problem)) from problem

    @contextmanager
    def _supervisor(self, *, demo: bool, address: str) -> Iterator[Supervisor]:
        """Yield what keeps the children running; afterwards none of them is left."""
        folder = settings.VAR_DIR
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as stack:
            stack.enter_context(held(folder / "up.lock"))
            children = stack.enter_context(held(folder / "children.lock", patience=ORPHAN_SECONDS))
            reached = {"MEISAI_BASE_URL": embedded.base_url(address)}  # unless it is set
            environment = reached | embedded.environment()
            environment |= {"MEISAI_DEMO": "true"} if demo else {}
            supervisor = Supervisor(self._say, environment, [children])
            supervisor.listen()
            try:
                yield supervisor
            finally:
                supervisor.stop(seconds=STOP_SECONDS)

    def _bring_up(self, supervisor: Supervisor, *, address: str, demo: bool) -> None:
        """Start everything in order; an empty address means no web."""
        if address:
            embedded.claim(address)
        self._prepare()
        if embedded.is_private_broker():
            embedded.start_broker(supervisor)
        if demo:
            self._fill(supervisor)
        embedded.start_worker(supervisor)
        embedded.start_beat(supervisor)
        if demo:
            self._close_demo(supervisor)
        self._evaluate(supervisor)
        if demo:
            self._show_demo(supervisor)
        connections.close_all()
        if address:
            self._open(supervisor, address=address)

    def _prepare(self) -> None:
        """Key, database and static files: all that must be there before a child starts."""
        try:
            settings.SECRET_KEY  # noqa: B018  reading an empty one raises
        except ImproperlyConfigured:
            settings.SECRET_KEY = embedded.keep_secret_key(settings.SECRET_KEY_FILE)
        self.check()
        call_command("migrate", interactive=False, verbosity=0)
        statics.collect()

    def _fill(self, supervisor: Supervisor) -> None:
        """Make the demonstration data if there is none, or if making it was cut short."""
        begun = settings.VAR_DIR / "demo-begun"
        if begun.exists() or not Account.objects.exists():
            self._say("Making the demonstration …")
            begun.touch()
            self._run(supervisor, "demo", quiet=True)
            begun.replace(settings.VAR_DIR / "demo-data")

    def _close_demo(self, supervisor: Supervisor) -> None:
        """Close the demonstration's ended months with the worker."""
        if (settings.VAR_DIR / "demo-data").exists():
            for month in months.to_close(now=clock.now()):
                self._say(f"Closing {month} …")
                self._run(supervisor, "close_month", month.iso, "--wait")

    def _evaluate(self, supervisor: Supervisor) -> None:
        """Let the worker bring the running month up to date, rather than wait for the calendar."""
        send(evaluate_due)
        supervisor.wait_for(months.are_evaluated, seconds=EVALUATION_SECONDS)

    def _show_demo(self, supervisor: Supervisor) -> None:
        self._run(supervisor, "hand_out")
        self._say("Sign in as (a demonstration: everybody knows the passwords)")
        for login in demo_logins():
            self._say(f"  {login.email}  {login.password}  {login.who}")

    def _open(self, supervisor: Supervisor, *, address: str) -> None:
        embedded.start_web(supervisor, address=address)
        if not supervisor.wait_for(embedded.listens(address), seconds=WEB_SECONDS):
            raise CommandError(f"The web server does not start; see {settings.VAR_DIR}/log.")
        self._say(f"Meisai is at http://{address}/")

    def _run(self, supervisor: Supervisor, *arguments: str, quiet: bool = False) -> None:
        connections.close_all()
        code = supervisor.run(embedded.manage(*arguments), quiet=quiet)
        if code:
            raise CommandError(f"manage.py {' '.join(arguments)} failed ({code}).")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
