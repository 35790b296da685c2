"""The fixed cast of every test that needs people: a brand's owner, editor and viewer, and a stranger of another brand.

`from tests.cast import cast  # noqa: F401` in a conftest.py makes the fixture known there.
"""

from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from hongqiao.workspace import services
from hongqiao.workspace.models import Account, Brand, Member, User

PASSWORD = "Rainbow-bridge-2026"


@dataclass
class Cast:
    """owner: 品牌营销总监, owner of the installation; editor: 专员; viewer: 外部审稿; stranger: runs another."""

    brand: Brand
    owner: Member
    editor: Member
    viewer: Member
    stranger: Member
    account: Account

    @staticmethod
    def client(member: Member | None, **options: object) -> Client:
        """A browser signed in as this member; nobody where None."""
        browser = Client(**options)  # type: ignore[arg-type]
        if member:
            browser.force_login(member.user)
        return browser


def join(brand: Brand, name: str, role: str) -> Member:
    user = User.objects.create_user(f"{name}@example.com", name=name)
    return Member.objects.create(brand=brand, user=user, role=role)


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()  # limits of trying are counted there
    boss = User.objects.create_superuser("owner@example.com", name="owner")
    other = User.objects.create_superuser("stranger@example.com", name="stranger")
    brand = services.create_brand(user=boss, name="安澜护肤", slug="anlan", industry="美妆")
    foreign = services.create_brand(user=other, name="别家", slug="other")
    other.is_superuser = False
    other.save(update_fields=["is_superuser"])
    owner = Member.objects.get(brand=brand)
    account = services.create_account(actor=owner, platform="douyin", name="安澜官方")
    return Cast(
        brand=brand,
        owner=owner,
        editor=join(brand, "editor", "specialist"),
        viewer=join(brand, "viewer", "reviewer"),
        stranger=Member.objects.get(brand=foreign),
        account=account,
    )
