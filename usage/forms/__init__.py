"""What staff type; one module for each topic."""

from usage.forms.devices import CHANGES, ChangeForm, DeviceForm, NewDeviceForm

__all__ = ["CHANGES", "ChangeForm", "DeviceForm", "NewDeviceForm"]
