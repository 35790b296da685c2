"""The generator gives the same files every time, few and small enough to keep, and owes nothing to the program."""

import ast
import json

import pytest

from examples import generate
from examples.making import days
from tests.examples.reading import ANLAN, EXAMPLES, MANIFEST, inside


@pytest.fixture(scope="module")
def made() -> tuple[str, dict[str, bytes], str]:
    world = generate.simulate()
    shelf = generate.downloads(world)
    truth = json.dumps(generate.facts(world, shelf), ensure_ascii=False, indent=1) + "\n"
    return truth, shelf.files, shelf.manifest_text(days.START, days.END)


def test_two_runs_give_the_same_bytes(made) -> None:
    again = generate.downloads(generate.simulate()).files
    assert again == made[1]


def test_the_committed_files_are_what_the_generator_makes(made) -> None:
    committed = {p.relative_to(ANLAN).as_posix() for p in ANLAN.rglob("*") if p.is_file()}
    typed = {p for p in committed if p.startswith(("audience/", "content/", "crisis/"))} | {
        "brand.json",
        "desk.json",
    }  # by hand, like a team
    assert committed - typed == set(made[1]) | {"manifest.json"}
    assert all(p.endswith(".json") for p in typed)
    different = [p for p, data in made[1].items() if inside((ANLAN / p).read_bytes()) != inside(data)]
    assert different == []
    assert (ANLAN / "manifest.json").read_text(encoding="utf-8") == made[2]


def test_the_committed_truth_is_what_the_simulation_says(made) -> None:
    assert (EXAMPLES / "truth.json").read_bytes().decode() == made[0]


def test_the_generator_imports_nothing_of_the_program() -> None:
    allowed = {"xlwt", "examples"}
    for path in [EXAMPLES / "generate.py", *(EXAMPLES / "making").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                assert top in allowed or top in __import__("sys").stdlib_module_names, (path.name, name)


def test_the_sample_stays_small() -> None:
    sizes = [p.stat().st_size for p in ANLAN.rglob("*") if p.is_file()]
    assert sum(sizes) <= 8_000_000
    assert 200 <= len(sizes) <= 300
    assert (EXAMPLES / "truth.json").stat().st_size < 400_000


def test_nothing_in_a_workbook_tells_when_it_was_written() -> None:
    for path in ANLAN.rglob("*.xlsx"):
        for name, stamp, _ in inside(path.read_bytes()):
            assert stamp == (1980, 1, 1, 0, 0, 0)
            assert not name.startswith("docProps")


def test_the_manifest_names_every_file_once_with_its_account_and_moment() -> None:
    paths = [e["path"] for e in MANIFEST["files"]]
    assert len(paths) == len(set(paths))
    by_hand = {"mentions", "weibo", "wechat_store"}
    for entry in MANIFEST["files"]:
        assert (ANLAN / entry["path"]).is_file()
        assert entry["path"].startswith(f"{entry['captured_at'][:10]}/{entry['platform']}/")
        assert entry["core"] is (entry["platform"] not in by_hand)
        assert entry["account"]
    assert {e["platform"] for e in MANIFEST["files"] if not e["core"]} == by_hand


def test_no_download_is_dated_after_the_last_morning() -> None:
    assert max(e["captured_at"] for e in MANIFEST["files"]) < "2026-11-24"
    assert min(e["captured_at"] for e in MANIFEST["files"]) > "2025-11-23"


def test_file_names_are_allowed_on_windows() -> None:
    for entry in MANIFEST["files"]:
        assert not set('<>:"\\|?*') & set(entry["path"])
        assert len(entry["path"]) < 120


@pytest.mark.parametrize(
    "path", ["anlan/brand.json", *(f"brands/{p.name}" for p in (EXAMPLES / "brands").glob("*.json"))]
)
def test_a_brand_profile_has_all_its_fields(path: str) -> None:
    brand = json.loads((EXAMPLES / path).read_text(encoding="utf-8"))
    assert set(brand) == {"name", "slug", "industry", "positioning", "invented", "personas", "accounts"}
    assert brand["invented"] is True
    assert brand["slug"].isascii()
    for persona in brand["personas"]:
        assert set(persona) == {"name", "gender", "ages", "who", "needs"}
        assert persona["ages"][0] < persona["ages"][1]
    assert all(set(a) == {"platform", "name"} for a in brand["accounts"])


def test_there_are_five_other_brands_of_five_trades() -> None:
    brands = [json.loads(p.read_text(encoding="utf-8")) for p in (EXAMPLES / "brands").glob("*.json")]
    assert {b["industry"] for b in brands} == {"消费电子", "母婴", "新式茶饮", "运动户外", "服装"}
    assert len({b["slug"] for b in brands}) == 5
