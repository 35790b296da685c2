"""A brand's keys: its own, encrypted, and stable under a change of the master key."""

import hashlib
import hmac

import pytest

from hongqiao.workspace import keys
from hongqiao.workspace.models import BrandKey


def test_a_person_is_hashed_with_the_brands_own_key(cast):
    mine, theirs = keys.person_keys(cast.brand.pk), keys.person_keys(cast.stranger.brand_id)
    raw = ["张三", " 张三 ", "ＡＢＣ", "ABC", ""]
    found = mine.hash(raw)
    assert found[0] == hmac.new(mine.secret, "张三".encode(), hashlib.sha256).hexdigest()
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[4] == ""
    assert theirs.hash(raw)[0] != found[0]
    assert keys.person_keys(cast.brand.pk) == mine


def test_the_key_is_not_in_the_database_in_the_clear(cast):
    secret = keys.person_keys(cast.brand.pk).secret
    kept = BrandKey.objects.get(brand=cast.brand).secret
    assert secret.hex() not in kept
    assert keys.decrypt(kept) == secret
    assert secret.hex() not in repr(keys.person_keys(cast.brand.pk))


def test_a_new_master_key_opens_what_the_old_one_closed_and_then_replaces_it(cast, settings):
    before = keys.person_keys(cast.brand.pk)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another master key, long enough to be one"
    with pytest.raises(keys.KeyLost):
        keys.person_keys(cast.brand.pk)
    settings.KEYS = [old]
    assert keys.person_keys(cast.brand.pk) == before
    assert keys.rotate() == BrandKey.objects.count()
    settings.KEYS = []
    assert keys.person_keys(cast.brand.pk) == before
