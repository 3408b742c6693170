"""Files that say what holds for devices (docs/devices.md)."""
