"""First steps of an installation: the database, its owner, the sample brand. Each is safe to take again."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from hongqiao.errors import N_, NotFound
from hongqiao.workspace import dictionary, jobs, links
from hongqiao.workspace import services as workspace
from hongqiao.workspace.figures import SAMPLE as SAMPLE_MARK
from hongqiao.workspace.models import Account, Brand, Member, User

OWNER = "owner@hongqiao.local"
SAMPLE = Path(__file__).resolve().parents[3] / "examples"


def migrate() -> None:
    """Bring the database up to date; a glance where it already is."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        if settings.DATABASE_URL:
            call_command("createcachetable", verbosity=0)


def owner() -> User:
    """Return the owner of the installation, made on first use without a password: the one-time link lets them in."""
    found = User.objects.filter(is_superuser=True, is_active=True).order_by("joined_at").first()
    return found or User.objects.create_superuser(OWNER, name="管理员")


def prepare(*, sample: bool) -> None:
    """Database, owner and, on first use, the sample brand with its files queued for the worker.

    Whoever was erased and came back with a restored backup is erased again before anybody looks.
    """
    migrate()
    _forget()
    person = owner()
    if sample and (SAMPLE / "anlan" / "manifest.json").exists() and not Brand.objects.exists():
        plant_sample(person)


def _forget() -> None:
    """Erase again whoever is on the list of the erased and in this database: it was put back from before."""
    if (Path(settings.DATA) / "erased.jsonl").exists():
        from hongqiao.audience.people import erasing  # only then: a start need not wait for it

        erasing.replay()


def sign_in_path(email: str = "") -> str:
    """Return the path of a fresh one-time sign-in link. Raises NotFound for an unknown address."""
    person = User.objects.filter(email=email.lower(), is_active=True).first() if email else owner()
    if person is None:
        raise NotFound(N_("没有这个人：%(email)s"), N_("请检查邮箱，或请管理员邀请"), email=email)
    return links.SIGN_IN + workspace.make_sign_in_link(user=person)


def local_member(slug: str, *, create: bool = False) -> Member:
    """Return the owner's membership of a brand, its dictionary in force: who holds the machine acts as its owner.

    Raises NotFound.
    """
    brand = Brand.objects.filter(slug=slug).first()
    if brand is None:
        if not create:
            raise NotFound(N_("没有这个品牌：%(slug)s"), N_("检查 --brand，或加上 --create"), slug=slug)
        brand = workspace.create_brand(user=owner(), name=slug, slug=slug)
    found = Member.objects.filter(brand=brand, user=owner(), state=Member.State.ACTIVE).first()
    if found is None:
        raise NotFound(N_("你不是这个品牌的成员：%(slug)s"), N_("请品牌的管理员邀请你"), slug=slug)
    dictionary.enter(brand.pk)
    return found


@transaction.atomic
def plant_sample(person: User) -> Member:
    """Make the invented brand of `examples/` with its accounts; the worker imports its files, then tells its story."""
    from hongqiao.audience import sample as audience
    from hongqiao.audience.feedback import sample as feedback
    from hongqiao.content import sample as content  # only on first use: a start need not wait for it
    from hongqiao.crisis import sample as crisis
    from hongqiao.imports import services as imports

    about = json.loads((SAMPLE / "anlan" / "brand.json").read_text("utf-8"))
    brand = workspace.create_brand(
        user=person, name=f"{about['name']}（示例）", slug="anlan", industry=about.get("industry", "")
    )
    member = Member.objects.get(brand=brand, user=person)
    manifest = SAMPLE / "anlan" / "manifest.json"
    for platform, name in dict.fromkeys((e["platform"], e["account"]) for e in imports.entries(manifest)):
        workspace.create_account(actor=member, platform=platform, name=name)
    brand.settings = {**brand.settings, SAMPLE_MARK: {}}  # its calendar stands where its files end
    brand.save(update_fields=["settings"])
    content.plant(member, SAMPLE / "anlan" / "content")
    crisis.plant(member, SAMPLE / "anlan" / "crisis")
    feedback.plant(member, SAMPLE / "anlan" / "audience")
    audience.plant(member, SAMPLE / "anlan" / "audience")
    payload: dict[str, Any] = {"manifest": str(manifest), "member": str(member.id)}
    then = _rivals(member)
    story = SAMPLE / "anlan" / "desk.json"
    if story.exists():
        then["then"] = {"kind": "insight.sample", "payload": {"story": str(story), "member": str(member.id)}}
    payload |= {"then": {"kind": "imports.listed", "payload": then}}
    jobs.enqueue("imports.listed", brand_id=brand.id, key=f"imports.listed:{brand.id}", payload=payload)
    return member


def _rivals(member: Member) -> dict[str, Any]:
    """Let the sample brand watch two rivals; return the job's payload that brings their files in.

    After its own, before its story: what the story judged is judged on all facts there are.
    """
    from hongqiao.imports import services as imports

    manifest = SAMPLE / "rivals" / "manifest.json"
    for platform, name in dict.fromkeys((e["platform"], e["account"]) for e in imports.entries(manifest)):
        workspace.create_account(actor=member, platform=platform, name=name, relation=Account.Relation.COMPETITOR)
    return {"manifest": str(manifest), "member": str(member.id)}
