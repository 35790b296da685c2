"""The HTTP interface of the import room, mounted under /api/ with token sign-in: `request.auth` is the Member."""

from ninja import Router

from hongqiao.imports.api.aliases import router as aliases
from hongqiao.imports.api.files import router as files
from hongqiao.imports.api.zips import router as zips
from hongqiao.imports.checklist.api import router as checklist

router = Router(tags=["imports"])
for part in (checklist, zips, aliases, files):
    router.add_router("", part)
