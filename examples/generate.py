"""Make the sample brand: `python examples/generate.py [folder]`. Same seed, same bytes. Imports nothing of the program.

Writes `anlan/` (the files a person would have downloaded, and manifest.json), `rivals/` (those of two rivals) and
`truth.json` (read only by tests).
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __package__ in (None, ""):
    sys.path.insert(0, str(HERE.parent))

from examples.making import (  # noqa: E402
    accounts,
    days,
    dice,
    files_ads,
    files_doudian,
    files_douyin,
    files_others,
    files_shops,
    files_wechat,
    files_xiaohongshu,
    people,
    pieces,
    rivals,
    shelf,
    shop,
    stories,
    truth,
    voices,
)


@dataclass
class World:
    """The whole invented year."""

    pieces: dict[str, list[pieces.Piece]]
    spend: list[float]
    accounts: dict[str, accounts.Account]
    orders: list[shop.Order]
    crowd: people.Crowd
    voices: list[voices.Voice]


def simulate() -> World:
    """Live through the year, day by day. Takes about two seconds."""
    own, spend = pieces.all_pieces(), accounts.ad_spend()
    known = {
        "douyin": accounts.douyin(own["douyin"], spend),
        "xiaohongshu": accounts.xiaohongshu(own["xiaohongshu"]),
        "wechat_oa": accounts.wechat(own["wechat_oa"]),
    }
    return World(own, spend, known, shop.orders(), people.crowd(), voices.voices())


def downloads(world: World) -> shelf.Shelf:
    """Every file of the year."""
    files = shelf.Shelf()
    files_douyin.daily(files, world.accounts["douyin"])
    files_douyin.works(files, world.pieces["douyin"])
    files_xiaohongshu.all_files(files, world.accounts["xiaohongshu"], world.pieces["xiaohongshu"])
    files_wechat.all_files(files, world.accounts["wechat_oa"], world.pieces["wechat_oa"])
    files_doudian.orders(files, world.orders)
    files_doudian.settlement(files, world.orders)
    files_doudian.events(files, world.crowd.events)
    files_ads.ocean(files, world.spend)
    files_ads.qianchuan(files)
    files_ads.juguang(files)
    files_ads.pugongying(files)
    files_ads.star(files, stories.EXPOSURES)
    files_others.bilibili(files)
    files_others.channels(files)
    files_others.smaller(files)
    files_others.mentions(files, world.voices)
    files_shops.tmall(files)
    files_shops.others(files)
    return files


def rival_files() -> shelf.Shelf:
    """The files of two rivals, apart from the brand's own: they count in none of its figures, nor in truth.json."""
    files = shelf.Shelf()
    rivals.lists(files)
    return files


def facts(world: World, files: shelf.Shelf) -> dict:
    """What `truth.json` holds."""
    names = {"douyin": shelf.DOUYIN, "xiaohongshu": shelf.XHS, "wechat_oa": shelf.WECHAT}
    return {
        "invented": True,
        "seed": dice.SEED,
        "zone": "Asia/Shanghai",
        "first_day": str(days.START),
        "last_day": str(days.END),
        "windows": {k: [str(a), str(b)] for k, (a, b) in truth.windows().items()},
        "accounts": {k: truth.account_truth(a, names[k][1]) for k, a in world.accounts.items()},
        "pieces": {k: truth.pieces_truth(p) for k, p in world.pieces.items()},
        "shop": truth.shop_truth(world.orders, shelf.DOUDIAN[1]),
        "events": truth.events_truth(world.crowd.events, shelf.OWN[1]),
        "others": truth.others_truth(files.told),
        "missing_days": {"douyin": [str(d) for d in files_douyin.MISSING]},
        "partial_days": {"douyin": [str(files_douyin.PARTIAL)]},
        "imperfections": stories.imperfections(world.pieces, world.accounts, world.orders),
        "stories": stories.stories(world.pieces, world.accounts, world.spend, world.orders, world.crowd, world.voices),
        "daily": truth.daily_truth(world.accounts, world.orders),
    }


def main(folder: Path = HERE) -> None:
    """Write the sample below `folder`, replacing what an earlier run left there."""
    world = simulate()
    files = downloads(world)
    target = folder / "anlan"
    for day in sorted(target.glob("20??-??-??")):
        shutil.rmtree(day)
    files.write(target, days.START, days.END)
    rival_files().write(folder / "rivals", days.START, days.END)
    text = json.dumps(facts(world, files), ensure_ascii=False, indent=1)
    (folder / "truth.json").write_bytes((text + "\n").encode())
    size = sum(len(data) for data in files.files.values())
    print(f"{len(files.files)} files, {size / 1e6:.2f} MB, in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
