"""What this part registers with the house: whose rows are a user's, and which fields are encrypted."""

from hongqiao.audience.models import Applicant, Identity, Person, Right
from hongqiao.audience.people import keeping
from hongqiao.delivery.models.reaching import Contact
from hongqiao.workspace import keys

keys.keeps(Person, "name")
keys.keeps(Identity, "sealed")
keys.keeps(Contact, "sealed")
keys.keeps(Right, "note", "answer")
keys.keeps(Applicant, "address", "report")

__all__ = ["keeping"]
