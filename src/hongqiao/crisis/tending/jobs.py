"""Numbers of seats are encrypted anew with all else."""

from hongqiao.crisis.models import SeatContact
from hongqiao.workspace import keys

keys.keeps(SeatContact, "phone", "deputy_phone")
