"""Two rivals stand beside the sample: the same files every time, apart from the brand's own."""

from examples import generate
from examples.making import days, rivals
from tests.examples.reading import ANLAN, EXAMPLES, MANIFEST, inside

RIVALS = EXAMPLES / "rivals"


def test_the_committed_files_are_what_the_generator_makes() -> None:
    made = generate.rival_files()
    committed = {p.relative_to(RIVALS).as_posix() for p in RIVALS.rglob("*") if p.is_file()}
    assert committed == set(made.files) | {"manifest.json"}
    assert not [p for p, data in made.files.items() if inside((RIVALS / p).read_bytes()) != inside(data)]
    assert (RIVALS / "manifest.json").read_text("utf-8") == made.manifest_text(days.START, days.END)


def test_they_are_small_invented_and_none_of_the_brands_own_accounts() -> None:
    assert sum(p.stat().st_size for p in RIVALS.rglob("*") if p.is_file()) < 20_000
    names = {e.account for e in generate.rival_files().entries}
    assert len(names) == 2
    assert all("虚构" in name for name in names)
    assert not names & {e["account"] for e in MANIFEST["files"]}
    assert not (ANLAN / "rivals").exists()


def test_every_title_of_theirs_is_written_once() -> None:
    titles = [row[0] for name in rivals.RIVALS for row in rivals.rows(name)]
    assert len(set(titles)) == len(titles) == 2 * rivals.NOTES_EACH
