"""The brand's own systems under which facts stand that this program makes: mentions heard, moves between tiers."""

from hongqiao.workspace import audit
from hongqiao.workspace.models import Account, Brand
from hongqiao.workspace.services.accounts import OWN_SYSTEMS


def own_system(brand: Brand, name: str) -> Account:
    """Return the brand's own system under which facts stand that this program makes; made on first use."""
    found, made = Account.objects.get_or_create(
        brand=brand, platform=OWN_SYSTEMS, name=name, defaults={"zone": brand.zone}
    )
    if made:
        audit.record(None, "account.created", found, name=found.name, platform=OWN_SYSTEMS, relation="own")
    return found
