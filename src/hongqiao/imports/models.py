"""What is kept of an import: the files a person dropped, the tables found in each, the mappings learnt. Serves D1."""

from pathlib import Path

from django.conf import settings
from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class FileState(models.TextChoices):
    WAITING = "waiting", N_("待确认")
    QUEUED = "queued", N_("排队中")
    RUNNING = "running", N_("导入中")
    DONE = "done", N_("已导入")
    REFUSED = "refused", N_("未导入")
    UNDONE = "undone", N_("已撤销")


#: The colour of a state, in the words of the `tag` component.
TONES = {"waiting": "info", "queued": "", "running": "", "done": "good", "refused": "danger", "undone": "warn"}

#: From → to. Whatever is not here is a Conflict.
MOVES = {
    FileState.WAITING: {FileState.QUEUED, FileState.REFUSED},
    FileState.QUEUED: {FileState.RUNNING, FileState.REFUSED},
    FileState.RUNNING: {FileState.RUNNING, FileState.DONE, FileState.REFUSED},
    FileState.DONE: {FileState.UNDONE},
    FileState.REFUSED: {FileState.WAITING, FileState.REFUSED},
    FileState.UNDONE: set(),
}


class BundleState(models.TextChoices):
    QUEUED = "queued", N_("排队中")
    RUNNING = "running", N_("解包中")
    DONE = "done", N_("已解包")
    REFUSED = "refused", N_("未解包")


class ImportBundle(BrandedModel):
    """A zip that somebody handed over: every file in it becomes an import of its own, then the zip goes."""

    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=255)
    folder = models.CharField(max_length=255, blank=True)  # of the watched folder
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    captured_at = models.DateTimeField(null=True, blank=True)  # said with the zip: its files need no confirming
    size = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=BundleState.choices, default=BundleState.QUEUED)
    total = models.IntegerField(default=0)  # files to hand over
    at = models.IntegerField(default=0)  # how many of them are
    skipped = models.JSONField(default=list, blank=True)  # [name, code of words.SKIPPED], what was left out
    failed = models.JSONField(default=list, blank=True)  # [name, workspace.words.stored_error]
    error = models.JSONField(default=dict, blank=True)  # workspace.words.stored_error
    kept = models.BooleanField(default=True)  # are the bytes still on disk
    seen = models.BooleanField(default=False)  # a person has put its line away

    class Meta:
        ordering = ["-id"]

    @property
    def path(self) -> Path:
        return Path(settings.DATA) / "uploads" / str(self.brand_id) / str(self.id)

    @property
    def tone(self) -> str:
        return {BundleState.DONE: "good", BundleState.REFUSED: "danger"}.get(BundleState(self.state), "")

    @property
    def open(self) -> bool:
        return self.state in (BundleState.QUEUED, BundleState.RUNNING)


class ImportFile(BrandedModel):
    """One file that somebody handed over. Its bytes go once it is imported; what it said is in the warehouse."""

    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=255)
    folder = models.CharField(max_length=255, blank=True)  # where it lay in its zip or in the watched folder
    bundle = models.ForeignKey(ImportBundle, null=True, on_delete=models.SET_NULL, related_name="files")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=FileState.choices, default=FileState.WAITING)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    captured_at = models.DateTimeField(null=True, blank=True)
    preferred = models.JSONField(default=list, blank=True)  # layouts a person chose where several fit
    captured_from = models.CharField(max_length=40, blank=True)  # why this moment was proposed; "person" once edited
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    progress = models.FloatField(default=0)
    error = models.JSONField(default=dict, blank=True)  # workspace.words.stored_error
    kept = models.BooleanField(default=True)  # are the bytes still on disk

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["brand", "state"], name="import_by_state"),
            models.Index(fields=["brand", "sha256"], name="import_by_content"),
        ]

    @property
    def path(self) -> Path:
        return Path(settings.DATA) / "uploads" / str(self.brand_id) / str(self.id)

    @property
    def shown(self) -> str:
        """Its name with the folder it came in."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def zone(self) -> str:
        """The zone in which its days are counted: the account's, the brand's until one is chosen."""
        return self.account.zone if self.account else self.brand.zone

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def open(self) -> bool:
        """Whether the worker still has something to do for it."""
        return self.state in (FileState.QUEUED, FileState.RUNNING)


class ImportTable(BrandedModel):
    """One table recognised in one sheet of a file, and what became of its rows."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="tables")
    position = models.PositiveSmallIntegerField()
    sheet = models.CharField(max_length=255, blank=True)
    block = models.PositiveSmallIntegerField(default=0)
    layout = models.CharField(max_length=120, blank=True)  # code; '' = not recognised
    label = models.CharField(max_length=120, blank=True)
    platform = models.CharField(max_length=40, blank=True)
    mapped = models.BooleanField(default=False)  # by a mapping that the brand made, not by a platform's layout
    stored = models.BooleanField(default=True)  # False: known and deliberately not kept
    header_row = models.IntegerField(default=0)
    headers = models.JSONField(default=list)
    fills = models.JSONField(default=list)  # [header, "table.column", does every row need it]: what it brings
    unknown = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    skip = models.BooleanField(default=False)
    taken = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)  # the first ones: row, column, code, value, fatal
    problem_counts = models.JSONField(default=dict)
    # Unique: of two imports of one file at one time, only one has put the rows in and may take them back.
    source_id = models.UUIDField(null=True, blank=True, unique=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    @property
    def ready(self) -> bool:
        """Whether confirming the file takes this table in."""
        return bool(self.layout) and not self.missing and not self.skip

    @property
    def undecided(self) -> bool:
        """Whether a person has to say something first: map it, or leave it out."""
        return not self.skip and (bool(self.missing) or not self.layout) and bool(self.headers)


class Mapping(BrandedModel):
    """A table that no platform layout knows, as this brand taught it to be read."""

    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    code = models.CharField(max_length=120)
    label = models.CharField(max_length=120)
    platform = models.CharField(max_length=40)
    mapping = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "code"], name="mapping_code_once_a_brand")]


class ColumnAlias(BrandedModel):
    """A platform's new name for a column of one of its layouts, as this brand taught it."""

    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    layout = models.CharField(max_length=120)
    header = models.CharField(max_length=255)  # the new name, as the file writes it (normalised)
    target = models.CharField(max_length=255)  # `Field.header`: the name that the layout knows

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "layout", "header"], name="alias_once_a_layout")]


class WatchedFile(BrandedModel):
    """A file met in the watched folder: how it looked last time, and what became of it."""

    class State(models.TextChoices):
        SEEN = "seen", N_("等待写完")
        TAKEN = "taken", N_("已收取")
        REFUSED = "refused", N_("未收取")

    path = models.TextField()  # below the brand's folder
    path_hash = models.CharField(max_length=64)
    size = models.BigIntegerField()
    mtime_ns = models.BigIntegerField()
    seen_at = models.DateTimeField()  # since when it has not changed
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.SEEN)
    error = models.JSONField(default=dict, blank=True)  # workspace.words.stored_error
    file = models.ForeignKey(ImportFile, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "path_hash"], name="watched_once_a_path")]

    @property
    def tone(self) -> str:
        return {self.State.TAKEN: "good", self.State.REFUSED: "danger"}.get(self.State(self.state), "")


class EventReceipt(BrandedModel):
    """The answer given to one Idempotency-Key of POST /api/events, given again where the call is repeated."""

    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="event_receipt_once_a_key")]


from hongqiao.imports.checklist.models import WantedFile  # noqa: E402, F401 - a model of this app, kept with its list
