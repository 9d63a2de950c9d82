"""Where the files of a backup go, and whether they can."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from appservice.backup import BackupError
from appservice.backup.archive import Manifest
from appservice.backup.contents import DUMP, OUTSIDE, place_of
from appservice.domain.spelling import some

Places = Sequence[tuple[Path, Path]]
"""Each file that was unpacked, and where it goes."""


def pair_places(
    manifest: Manifest, mains: Mapping[str, Path], staged: Path
) -> Iterator[tuple[Path, Path]]:
    """
    Pair each file that was unpacked with its place; the dumps have none.

    Args:
        mains: Where the configuration of each part goes that is wanted.
    """
    for member in manifest.members:
        part, _, rest = member.name.partition("/")
        main = mains.get(part)
        if main is not None and rest != DUMP:
            yield staged / member.name, place_of(member.name, main)


def check_places(places: Places, *, replace: bool) -> None:
    """
    See that nothing is lost there that nobody wants to lose.

    Args:
        replace: Whether files that are there may be lost.

    Raises:
        BackupError: It names the first of them.
    """
    times = Counter(place for _, place in places)
    twice = [place for place in times if times[place] > 1]
    if twice:
        raise BackupError(
            f"{twice[0]}: two files of the backup would go there; give the main one "
            "another name (--config, --synapse)"
        )
    here = [place for _, place in places if place.exists() or place.is_symlink()]
    folders = [place for place in here if place.is_dir()]
    if folders:
        raise BackupError(f"{folders[0]}: is a folder, and a file in the backup")
    if here and not replace:
        named = some(list(map(str, here)), at_most=3)
        raise BackupError(
            f"there are files here already ({named}); restore to another place "
            "(--config), or give --replace to lose what is here"
        )


def check_room(places: Places) -> None:
    """
    See that other disks have room; on ours the files are unpacked already.

    Raises:
        BackupError: It names the disk.
    """
    wanted: dict[int, int] = {}
    for source, place in places:
        there = next(each for each in place.parents if each.exists())
        device = there.stat().st_dev
        if device == source.stat().st_dev:
            continue
        wanted[device] = wanted.get(device, 0) + source.stat().st_size
        free = shutil.disk_usage(there).free
        if wanted[device] > free:
            raise BackupError(
                f"{there}: has room for {free // 2**20} MiB, which is not enough for "
                "the files that go there; make room, nothing was changed"
            )


def make_folders(places: Places) -> None:
    """
    Make what the files will lie in, before anything else is changed.

    Raises:
        BackupError: A folder cannot be made or written to.
    """
    for folder in sorted({place.parent for _, place in places}):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BackupError(
                f"{folder}: is no folder and cannot be made one ({error.strerror}); "
                "make it, nothing was changed"
            ) from None
        if not os.access(folder, os.W_OK | os.X_OK):
            raise BackupError(
                f"{folder}: cannot be written to; give it to whoever restores, nothing "
                "was changed"
            )


def left_over(places: Places, folder: Path) -> Iterator[Path]:
    """List what lies in the folders of policies and lists and was not in the backup."""
    restored = {place for _, place in places}
    for parent in sorted({place.parent for place in restored} - {folder}):
        for path in sorted(parent.iterdir()):
            if path.suffix in (".yaml", ".txt") and path not in restored:
                yield path


def is_from_elsewhere(staged_file: Path, staged: Path) -> bool:
    """Whether a file that was unpacked lay outside its configuration's folder."""
    return staged_file.relative_to(staged).parts[1:3] == ("files", OUTSIDE)
