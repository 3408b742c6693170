"""What customers do with device plans by themselves: take one, add devices, switch them."""

from invoices.services.plans.refusals import PlanRefused

__all__ = ["PlanRefused"]
