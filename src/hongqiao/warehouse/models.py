"""What the warehouse remembers in the relational database: the manifest and where rows came from.

A row added in version v and retired in version w is live in versions v … w − 1. So an older version is never changed,
and two runs on one version are identical. `brand_id` is a plain UUID: the warehouse knows no room.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hongqiao.ids import uuid7


class Manifest(models.Model):
    """One row a brand. The version moves by compare-and-set; `seq` orders sources that state the same second."""

    brand_id = models.UUIDField(primary_key=True)
    version = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)  # the oldest version whose files are all still there


class Versioned(models.Model):
    added_version = models.BigIntegerField()
    retired_version = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def live(version: int | None = None) -> Q:
        """The condition of being live in that version; now, without one."""
        if version is None:
            return Q(retired_version=None)
        return Q(added_version__lte=version) & (Q(retired_version=None) | Q(retired_version__gt=version))


class Part(Versioned):
    """One Parquet file. An echo part keeps rows that said nothing new: queries never read it, undo may need it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    brand_id = models.UUIDField()
    table = models.CharField(max_length=40)
    month = models.CharField(max_length=7)  # of its first day: 'yyyy-mm'
    path = models.CharField(max_length=300)  # below HONGQIAO_DATA, with forward slashes
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    schema_version = models.IntegerField()
    min_day = models.DateField(null=True)
    max_day = models.DateField(null=True)
    sources = models.JSONField(default=list)  # UUID texts of every Source that has rows in it
    restates = models.BooleanField(default=False)  # holds a key that was already stated elsewhere
    echo = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["brand_id", "retired_version"], name="part_live")]


class Source(models.Model):
    """One sheet and layout of one file, or one day's answers of an interface: what was taken, unchanged and refused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    brand_id = models.UUIDField()
    account_id = models.UUIDField()
    platform = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)  # file, api
    file_name = models.CharField(max_length=300, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(max_length=200, blank=True)
    layout = models.CharField(max_length=200, blank=True)
    zone = models.CharField(max_length=64, blank=True, default="")  # the file's local times were read as of it
    captured_at = models.DateTimeField()
    seq = models.BigIntegerField()
    rows_taken = models.BigIntegerField(default=0)
    rows_unchanged = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    tables = models.JSONField(default=dict)  # {table: {"taken": n, "unchanged": n, "first_day": …, "last_day": …}}
    problems = models.JSONField(default=list)  # the first ones: {row, column, code, value, fatal}
    problem_counts = models.JSONField(default=dict)  # {code: n}, all of them
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    added_version = models.BigIntegerField()
    undone_version = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["brand_id", "created_at"], name="source_recent")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand_id", "account_id", "file_hash", "sheet", "layout"],
                condition=Q(undone_at=None) & ~Q(file_hash=""),
                name="source_once",
            )
        ]


class InboxRow(Versioned):
    """A hot row that is not in a part yet, in its final form: keyed, in UTC, without personal data."""

    brand_id = models.UUIDField()
    table = models.CharField(max_length=40)
    origin = models.CharField(max_length=120)
    origin_id = models.CharField(max_length=200)
    source_id = models.UUIDField()
    payload = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["brand_id", "retired_version", "table"], name="inbox_live")]
        constraints = [
            # Only while it waits: once flushed, its part knows the key, and an undone row may be sent again.
            models.UniqueConstraint(
                fields=["brand_id", "table", "origin", "origin_id"],
                condition=Q(retired_version=None),
                name="inbox_once",
            ),
        ]


def _once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["brand_id", "source_key"], condition=Q(undone_at=None), name=name)


class MapEntry(Versioned):
    """A person (or a method) says that one key stands for another. Joined at read; no part is rewritten."""

    TO: ClassVar[str]  # the column that says what `source_key` stands for

    brand_id = models.UUIDField()
    source_key = models.CharField(max_length=200)
    method = models.CharField(max_length=40)
    who = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ContentMap(MapEntry):
    """Two source keys are one content."""

    TO = "content_id"
    content_id = models.CharField(max_length=200)

    class Meta:
        constraints = [_once("content_map_once")]


class PersonMap(MapEntry):
    """Two person keys are one person."""

    TO = "person_id"
    person_id = models.CharField(max_length=200)

    class Meta:
        constraints = [_once("person_map_once")]


Map = type[ContentMap] | type[PersonMap]
#: The maps by the name that queries know them by.
MAPS: dict[str, Map] = {"content_map": ContentMap, "person_map": PersonMap}
