from accounts.forms.staff import NewPersonForm, PersonForm

__all__ = ["NewPersonForm", "PersonForm"]
