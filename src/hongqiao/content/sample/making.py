"""The sample brand's posters: from a template, drawn and kept as anybody would. None where no Chinese typeface is."""

import json
from pathlib import Path

from hongqiao.content.making import services
from hongqiao.content.making.asked import Asked
from hongqiao.content.models import Asset
from hongqiao.ui.fonts import NoTypeface
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Keep the posters of `making.json`; nothing where the library holds something."""
    path = folder / "making.json"
    if not path.exists() or Asset.objects.filter(brand=member.brand).exists():
        return
    for one in json.loads(path.read_text("utf-8"))["posters"]:
        asked = Asked(one["template"], one["size"], one["fields"], None, "", "", ad=False, ai="none", consent="")
        try:
            services.keep(actor=member, asked=asked)
        except NoTypeface:
            return
