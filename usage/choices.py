from django.db import models
from django.utils.translation import gettext_lazy as _

from usage.metering import vocabulary as words
from usage.metering.packages import PackageStage as Stages
from usage.metering.packages import QuotaReason as Reasons


class Coverage(models.TextChoices):
    JAPAN = words.Coverage.JAPAN.value, _("Japan")
    GLOBAL = words.Coverage.GLOBAL.value, _("Global")


class DeviceKind(models.TextChoices):
    SUBSCRIBER = words.DeviceKind.SUBSCRIBER.value, _("SIM")
    VPG = words.DeviceKind.VPG.value, _("VPG")
    LORA_GATEWAY = words.DeviceKind.LORA_GATEWAY.value, _("LoRa gateway")
    LORA_DEVICE = words.DeviceKind.LORA_DEVICE.value, _("LoRa device")
    SIGFOX = words.DeviceKind.SIGFOX.value, _("Sigfox device")
    INVENTORY_DEVICE = words.DeviceKind.INVENTORY_DEVICE.value, _("Inventory device")
    GADGET = words.DeviceKind.GADGET.value, _("Gadget")
    CAMERA = words.DeviceKind.CAMERA.value, _("Camera")
    THING = words.DeviceKind.THING.value, _("Thing")


class ReportType(models.TextChoices):
    GATEWAY = words.ReportType.GATEWAY.value, _("Gateway")
    LWM2M = words.ReportType.LWM2M.value, _("LwM2M")
    LORA = words.ReportType.LORA.value, _("LoRa")
    GENERIC = words.ReportType.GENERIC.value, _("Generic")


class IdentifierKind(models.TextChoices):
    """Other numbers by which the outside world knows a device."""

    ICCID = "iccid", "ICCID"
    IMEI = "imei", "IMEI"
    MSISDN = "msisdn", "MSISDN"
    EUI = "eui", "EUI"
    SERIAL = "serial", _("Serial number")
    OTHER = "other", _("Other")


class Status(models.TextChoices):
    NONE = words.Status.NONE.value, _("None")
    READY = words.Status.READY.value, _("Ready")
    ACTIVE = words.Status.ACTIVE.value, _("Active")
    INACTIVE = words.Status.INACTIVE.value, _("Inactive")
    SUSPENDED = words.Status.SUSPENDED.value, _("Suspended")
    STANDBY = words.Status.STANDBY.value, _("Standby")
    TERMINATED = words.Status.TERMINATED.value, _("Terminated")


class Fold(models.TextChoices):
    SUM = words.Fold.SUM.value, _("Sum")
    MAX = words.Fold.MAX.value, _("Maximum")
    LAST = words.Fold.LAST.value, _("Last value")


class Evidence(models.TextChoices):
    SEEN = words.Evidence.SEEN.value, _("Seen")
    ACTIVE = words.Evidence.ACTIVE.value, _("Active")


class MonthState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class FileFormat(models.TextChoices):
    RECORDS_CSV = "records-csv", "records-csv"
    NDJSON = "ndjson", "ndjson"
    AIR_CSV = "air-csv", "air-csv"
    PROFILE = "profile", _("by a feed profile")


class ImportState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    STOPPED = "stopped", _("Interrupted")


class RowOutcome(models.TextChoices):
    """What became of one row of intake, for pages; commands and files write the words as codes."""

    ACCEPTED = words.Outcome.ACCEPTED.value, _("Accepted")
    DUPLICATE = words.Outcome.DUPLICATE.value, _("Duplicate")
    CONFLICT = words.Outcome.CONFLICT.value, _("In conflict")
    REJECTED = words.Outcome.REJECTED.value, _("Rejected")
    LATE = words.Outcome.LATE.value, _("Late")
    SKIPPED = words.Outcome.SKIPPED.value, _("Skipped")


class QuotaReason(models.TextChoices):
    """Why a quota of update tokens changed."""

    RESERVATION = Reasons.RESERVATION.value, _("Reservation")
    RELEASE = Reasons.RELEASE.value, _("Reservation release")
    RESERVATION_TERMINATION = Reasons.RESERVATION_TERMINATION.value, _("Reservation termination")
    CREATION = Reasons.CREATION.value, _("Package creation")
    RENEWAL = Reasons.RENEWAL.value, _("Package renewal")
    TERMINATION = Reasons.TERMINATION.value, _("Package termination")
    EDIT = Reasons.EDIT.value, _("Tokens edited")


class PackageStage(models.TextChoices):
    WAITING = Stages.WAITING.value, _("Pending")
    RUNNING = Stages.RUNNING.value, _("Valid")
    RENEWED = Stages.RENEWED.value, _("Renewed")
    TERMINATED = Stages.TERMINATED.value, _("Expired")


class CampaignState(models.TextChoices):
    """What became of the tokens that a campaign reserved."""

    OPEN = "open", _("Running")
    RELEASED = "released", _("Finished")
    TERMINATED = "terminated", _("Terminated with its package")
