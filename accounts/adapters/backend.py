"""People by the session, with what every request must know of them."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.services import factors


class PeopleBackend(ModelBackend):
    """Loads the person of a session, and in the same query how it stands with second factors."""

    def get_user(self, user_id: int) -> User | None:
        person = factors.with_signs(User.objects.filter(pk=user_id)).first()
        return person if person is not None and self.user_can_authenticate(person) else None
